"""What templates call wording by."""

from flask import Flask

from .. import wording


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        say=wording.say,
        record=wording.record,
        measure=wording.measure,
        number=wording.number,
        so_far=wording.so_far,
        percent=wording.percent,
        day=wording.day,
        long_day=wording.long_day,
        weekday=wording.weekday,
        month=wording.month,
        moment=wording.moment,
        clock_time=wording.clock_time,
        km=wording.km,
        distance=wording.distance,
        duration=wording.duration,
        iso_clock=wording.iso_clock,
        same_day=wording.same_day,
        audit_change=wording.audit_change,
        seal_problem=wording.seal_problem,
        changed_field=wording.changed_field,
        changed_value=wording.changed_value,
        device=wording.device,
    )
