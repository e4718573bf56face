"""The sentences of a yearly report, built from its figures. Pure.

What nobody knows is said to be unknown, never 0; of what did not happen nothing is said.
"""

from .. import wording
from ..totals.rules import Figure
from .queries import Material
from .rows import Row, bracket, found_of, sections_of, unknown_words
from .rules import Origin

MODEL = "tuyen_bien_binh_yen"  # the press calls it a model; the others are programmes
OUTREACH = "outreach"  # an activity, told apart from what was found
TOLD_BESIDE = ("victims_dead", "victims_injured", "rescued")  # units told after the main ones
PEOPLE = "subjects"
NO_FEAT = ("outreach", "coastal_hazard", "other")  # never the best result of a period
MOST_FEATS = 3
FIRST_FOUND = ("drug_possession", "drug_use_org", "illegal_market", "gambling")


def sentences_of(material: Material) -> tuple[str, ...]:
    """Everything there is to say, one sentence a line, in the order of the report."""
    said = (
        _tips_to_police(material),
        _tips_exchanged(material),
        _found(material),
        _outreach(material),
        _patrols(material),
        _beside_the_forces(material),
        _compared(material),
        _schemes(material),
        _commendations(material),
        _as_of(material),
    )
    return tuple(sentence for sentence in said if sentence)


def feats_of(material: Material) -> tuple[str, ...]:
    """The few results a briefing begins with: those with the highest numbers."""
    feats: list[tuple[float, str]] = []
    tips = _happened(material, "tips.valued_to_police")
    if tips and tips.value:
        feats.append((tips.value, f"{_counted(tips, 'nguồn tin giá trị')} cung cấp cho công an"))
    for code, name in _categories(material):
        main = next(iter(found_of(material.answer, code)), None)
        if code not in NO_FEAT and main is not None and main.value:
            feats.append((main.value, found_words(code, name, material)))
    feats.sort(key=lambda feat: -feat[0])
    return tuple(_capital(words) for _, words in feats[:MOST_FEATS])


def _happened(material: Material, key: str) -> Figure | None:
    """The figure, if it is in the answer and there is anything behind it."""
    figure = material.answer.figures.get(key)
    return figure if figure is not None and figure.records else None


def _counted(figure: Figure, unit: str) -> str:
    """'37 nguồn tin giá trị', or that nobody knows how many."""
    if figure.value is None:
        return f"{unit} (chưa rõ số)"
    return f"{wording.number(figure.value)} {unit}"


def _tips_to_police(material: Material) -> str:
    tips = _happened(material, "tips.valued_to_police")
    if tips is None:
        return ""
    names = {category.code: category.name for category in material.categories}
    cases = []
    for code, name in names.items():
        figure = _happened(material, f"tips.cases.{code}")
        if figure is not None and figure.value != 0:
            cases.append(_counted(figure, f"vụ {_small(name)}"))
    helped = f", giúp bắt {_listed(cases)}" if cases else ""
    return f"Quân sự, biên phòng đã cung cấp cho công an {_counted(tips, 'nguồn tin giá trị')}{helped}."


def _tips_exchanged(material: Material) -> str:
    to_military = _happened(material, "tips.police_to_military")
    verified = _happened(material, "tips.jointly_verified")
    said = []
    if to_military:
        said.append(f"công an đã trao đổi, cung cấp cho quân sự {_counted(to_military, 'tin')}")
    if verified:
        who = "đã" if to_military else "các lực lượng đã"
        said.append(f"{who} phối hợp kiểm tra, xác minh {_counted(verified, 'tin')}")
    return f"{_capital(' và '.join(said))}." if said else ""


def _found(material: Material) -> str:
    """'Qua đó, phát hiện 2 vụ 2 đối tượng …; giải tán 10 tụ điểm …; 11 vụ 59 đối tượng …'."""
    answer = material.answer
    phrases = [
        found_words(code, name, material)
        for code, name in _categories(material)
        if code != OUTREACH and any(figure.records for figure in found_of(answer, code))
    ]
    if phrases:
        verb = "" if phrases[0].startswith("giải tán") else "phát hiện "
        return f"Qua đó, {verb}{'; '.join(phrases)}."
    if not answer["patrol.sorties"].value:
        return ""
    if not material.not_stated:
        return "Qua tuần tra, không phát hiện vi phạm."
    silent = wording.number(material.not_stated)
    return f"Qua tuần tra, chưa ghi nhận phát hiện nào ({silent} lượt chưa ghi có hay không có phát hiện)."


def _categories(material: Material) -> list[tuple[str, str]]:
    """The categories (code, name): those of the report first, then as in the catalogue."""
    places = {code: place for place, code in enumerate(FIRST_FOUND)}
    known = [(category.code, category.name) for category in material.categories]
    return sorted(known, key=lambda category: places.get(category[0], len(places)))


def found_words(code: str, name: str, material: Material) -> str:
    """What was found of one category: '11 vụ 59 đối tượng đánh bạc trái phép (1 vụ chưa rõ số đối tượng)'."""
    main, *others = found_of(material.answer, code)
    what = _small(name)
    unit = main.definition.unit
    if what.startswith((f"{unit} ", "vụ việc ")):  # the name says what is counted
        what = what.removeprefix(f"{unit} ")
        unit = unit if main.definition.unit != "trường hợp" else ""
    people = next(
        (figure for figure in others if figure.definition.measure == PEOPLE and figure.records), None
    )
    counted = [f"chưa rõ số {unit}" if main.value is None else f"{wording.number(main.value)} {unit}".strip()]
    if people is not None and people.value:
        counted.append(f"{wording.number(people.value)} {people.definition.unit}")
    beside = [
        f"{wording.number(figure.value)} {figure.definition.unit}"
        for figure in others
        if figure.definition.measure in TOLD_BESIDE and figure.value
    ]
    words = ", ".join([f"{' '.join(counted)} {what}", *beside])
    if people is not None and people.value is None:
        words += f", chưa rõ số {people.definition.unit}"
    elif people is not None and people.unknown:
        words += f" ({unknown_words(people, material.answer)})"
    return _dispersed(code, words, main, material)


def _dispersed(code: str, words: str, main: Figure, material: Material) -> str:
    """Dispersing is what was done with a site: said of all of them only when it was done with all."""
    number = material.dispersed.get(code, 0)
    if main.records and number == main.records:
        return f"giải tán {words}"
    return f"{words} (đã giải tán {wording.number(number)} lần)" if number else words


def _outreach(material: Material) -> str:
    figures = {figure.definition.measure: figure for figure in found_of(material.answer, OUTREACH)}
    sessions, attendees = figures.get("sessions"), figures.get("attendees")
    if sessions is None or not sessions.records:
        return ""
    people = f" với {_counted(attendees, 'lượt người')} tham dự" if attendees and attendees.value else ""
    return f"Tuyên truyền, vận động được {_counted(sessions, 'buổi')}{people}."


def _patrols(material: Material) -> str:
    """'Phối hợp tuần tra theo mô hình “Tuyến biển bình yên” được 215 lượt với 1.290 cán bộ, chiến sĩ của 3 …'."""
    sorties, personnel = material.answer["patrol.sorties"], material.answer["patrol.personnel"]
    programme = material.question.programme
    kind = "mô hình" if programme.code == MODEL else "chương trình"
    walked = f"Phối hợp tuần tra theo {kind} “{programme.name}”"
    if not sorties.value:
        return f"{walked}: trong kỳ chưa có lượt nào."
    forces = f"của {sum(1 for force in material.forces if force.joined)} lực lượng tham gia"
    number = wording.number(sorties.value)
    if personnel.value is None:
        return f"{walked} được {number} lượt {forces}, chưa rõ số cán bộ, chiến sĩ."
    silent = f" ({wording.number(personnel.unknown)} lượt chưa rõ đủ quân số)" if personnel.unknown else ""
    return f"{walked} được {number} lượt với {wording.number(personnel.value)} cán bộ, chiến sĩ {forces}{silent}."


def _beside_the_forces(material: Material) -> str:
    militia, team = material.answer["patrol.militia"], material.answer["patrol.security_team"]
    said = [
        f"{wording.number(figure.value)} lượt {who}"
        for figure, who in ((militia, "dân quân"), (team, "thành viên tổ bảo vệ an ninh, trật tự"))
        if figure.value
    ]
    return f"Cùng tham gia có {' và '.join(said)}." if said else ""


def _compared(material: Material) -> str:
    """The two main figures beside those of the year before."""
    rows = {row.figure.key: row for section in sections_of(material) for row in section.rows}
    said = [
        (words, rows[key])
        for key, words in (
            ("patrol.sorties", "số lượt tuần tra"),
            ("patrol.personnel", "lượt cán bộ, chiến sĩ"),
        )
        if bracket(rows[key].comparison)
    ]
    if not said:
        return ""
    days = f"{wording.day(material.before_period.first)} – {wording.day(material.before_period.last)}"
    compared = ", ".join(f"{words} {bracket(row.comparison)}" for words, row in said)
    return f"So với cùng kỳ năm trước ({days}{_mark([row for _, row in said])}), {compared}."


def _mark(rows: list[Row]) -> str:
    origins = {row.base.origin for row in rows}
    if origins == {Origin.DECLARED}:
        return ", số khai báo"
    if Origin.DECLARED in origins:
        return ", một phần là số khai báo"
    return ""


def _schemes(material: Material) -> str:
    active, new, ended = (
        _happened(material, f"schemes.{name}") for name in ("active_at_end", "new", "ended")
    )
    said = []
    if active:
        said.append(f"duy trì, củng cố hoạt động có hiệu quả {_counted(active, 'mô hình tự phòng, tự quản')}")
    if new and new.value != 0:
        said.append(f"xây dựng mới {_counted(new, 'mô hình')}")
    if ended and ended.value != 0:
        said.append(f"kết thúc {_counted(ended, 'mô hình')}")
    return f"{_capital('; '.join(said))}." if said else ""


def _commendations(material: Material) -> str:
    said = [
        _counted(figure, unit)
        for key, unit in (("collectives", "tập thể"), ("individuals", "cá nhân"))
        if (figure := _happened(material, f"commendations.{key}")) is not None
    ]
    return f"Khen thưởng {', '.join(said)} có thành tích trong công tác phối hợp." if said else ""


def _as_of(material: Material) -> str:
    period = material.question.period
    return (
        f"(Số liệu từ {wording.day(period.first)} đến {wording.day(period.last)}, "
        f"{material.scope_name}, tính đến {wording.moment(material.as_of)}.)"
    )


def _listed(parts: list[str]) -> str:
    """'một, hai và ba'."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} và {parts[-1]}"


def _small(name: str) -> str:
    """A name inside a sentence; one that begins with capitals (IUU) keeps them."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
