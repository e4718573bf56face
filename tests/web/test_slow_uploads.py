"""Thirty-two phones on a bad network hold nobody up: the server takes up a request once it has arrived whole."""

import socket
import threading
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

from patrol.__main__ import THREADS
from tests.browser.driver import serving

PHONES, SIZE = 32, 20_000


def begin(host: str, port: int) -> socket.socket:
    """An upload that has said how long it will be, and nothing more."""
    phone = socket.create_connection((host, port), timeout=60)
    phone.sendall(
        f"POST /tuan-tra/moi HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {SIZE}\r\n\r\nnote=".encode()
    )
    return phone


def trickle(phones: list[socket.socket], stop: threading.Event, rounds: list[int]) -> None:
    """A byte from each of them again and again, never all of it."""
    while not stop.wait(0.05) and len(rounds) < SIZE // 2:
        for phone in phones:
            phone.sendall(b"x")
        rounds.append(1)


def finish(phone: socket.socket, rest: int) -> bytes:
    """The rest of an upload, and the first line of its answer."""
    with phone:
        phone.sendall(b"x" * rest)
        answer = b""
        while chunk := phone.recv(65536):
            answer += chunk
    return answer.partition(b"\r\n")[0]


def test_pages_are_answered_while_thirty_two_uploads_trickle_in(databases):
    with databases.app(databases.prepared("sqlite")) as app, serving(app) as site:
        host, port = urlsplit(site.url).hostname, urlsplit(site.url).port
        phones = [begin(host, port) for _ in range(PHONES)]
        stop, rounds = threading.Event(), []
        trickling = threading.Thread(target=trickle, args=(phones, stop, rounds))
        trickling.start()
        took = []
        try:
            for _ in range(12):
                begun = time.monotonic()
                connection = HTTPConnection(host, port, timeout=20)
                connection.request("GET", "/healthz")
                assert connection.getresponse().read()
                connection.close()
                took.append(time.monotonic() - begun)
        finally:
            stop.set()
            trickling.join()
        assert sorted(took)[len(took) // 2] < 1
        answers = {finish(phone, SIZE - len("note=") - len(rounds)) for phone in phones}
        assert answers == {
            b"HTTP/1.1 401 UNAUTHORIZED"
        }  # each got through after all, to the question who it is
    assert PHONES > THREADS
