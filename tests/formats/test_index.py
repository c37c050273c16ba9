"""The index over many launches: a row each that leads to its page, and the numbers that a look at each launch gives."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import attrs
import pytest

from helpers.launches import END, said_by, two_weeks
from helpers.pages import parse
from servingchecklist import Checklist, Effort, ForecastOptions, Launch, Phase, Task, model_serving
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.formats import html
from threats.hostile import Raising

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MARKUP = json.loads((Path(__file__).parent.parent / "threats" / "corpus" / "markup.json").read_text("utf-8"))


def launch_of(name, *tasks, topic=""):
    return Launch.start(
        Checklist(name, f"The {name}", topic=topic, phases=[Phase("p", "P", tasks=tasks)]), name=name, by="x", at=START
    )


def rows(page):
    """Return the rows of the table: for each the link and its words, what is below it, and the cells."""
    found = []
    for row in list(parse(page).iter("tr"))[1:]:
        (link,) = row.iter("a")
        below = "".join("".join(part.itertext()) for part in row[0].iter("div"))
        found.append((link.get("href"), link.text, below, *("".join(cell.itertext()) for cell in row[1:])))
    return found


def words(page):
    return " ".join("".join(parse(page).find(".//main").itertext()).split())


def test_each_launch_is_a_row_that_leads_to_its_page():
    busy = two_weeks()
    quiet = Launch.start(model_serving(), name="ranker-v7", by="x", at=END, topic="Ranking")
    page = html.index([busy, quiet], at=END)
    p80 = [launch.forecast(at=END, samples=1_000).finish.p80.isoformat() for launch in (busy, quiet)]
    assert rows(page) == [
        ("fraud-v3.html", "fraud-v3", "Model Serving · next: c2 Identify target audience", "5 of 9", "2", "2", f"{p80[0]} or later"),
        ("ranker-v7.html", "ranker-v7", "Ranking · next: c1 Define goals and KPIs", "0 of 9", "", "", p80[1]),
    ]  # fmt: skip
    assert "2 launches, as of 2026-11-23 09:00 UTC" in words(page)


def test_a_finished_launch_has_no_date_and_one_without_efforts_none_either():
    done = launch_of("done", Task("a", "A", effort=Effort(1, 1))).finish("a", by="x", at=START)
    unknown = launch_of("unknown", Task("a", "A"), topic="Scores")
    found = rows(html.index([done, unknown], at=START))
    assert [(row[2], row[-1]) for row in found] == [("The done", "finished"), ("Scores · next: a A", "")]


def test_a_launch_of_thousands_of_tasks_is_not_forecast():
    launch = launch_of("large", *(Task(f"t{number}", "T", effort=Effort(1, 2)) for number in range(1_001)))
    assert rows(html.index([launch], at=START))[0][3:] == ("0 of 1001", "", "", "")


def test_a_launch_that_ends_beyond_the_calendar_leaves_the_others_as_they_are():
    endless = launch_of(
        "endless",
        *(
            Task(f"t{number}", "T", effort=Effort(3_000, 3_000, days="any"), after=[f"t{number - 1}"] * bool(number))
            for number in range(1_000)
        ),
    )
    usual = launch_of("usual", Task("a", "A", effort=Effort(1, 1)))
    assert [bool(row[-1]) for row in rows(html.index([endless, usual], at=START))] == [False, True]


def test_the_forecast_takes_the_options_of_the_launch():
    launches = [launch_of("a", Task("a", "A", effort=Effort(1, 3))), launch_of("b", Task("a", "A"))]
    options = {
        "a": ForecastOptions(efforts={"a": Effort(20, 20)}, samples=50),
        "b": ForecastOptions(default_effort=Effort(1, 1)),
    }
    plain, used = (rows(html.index(launches, at=START, options=given)) for given in (None, options))
    assert [row[-1] for row in plain][1] == ""
    forecasts = [launch.forecast(at=START, options=options[launch.name], samples=50) for launch in launches]
    assert [row[-1] for row in used] == [forecast.finish.p80.isoformat() for forecast in forecasts]
    assert used[0][-1] > plain[0][-1]
    with pytest.raises(UnknownNameError):
        html.index(launches, at=START, options={"a": ForecastOptions(efforts={"x": Effort(1, 1)})})


def test_without_a_time_it_is_now_and_without_launches_there_is_no_table():
    page = html.index([])
    assert "<table" not in page
    assert f"No launches, as of {datetime.now(UTC):%Y-%m-%d}" in words(page)
    assert "1 launch, as of" in words(html.index([two_weeks()]))


def test_dates_are_those_of_the_time_zone():
    launch = launch_of("a", Task("a", "A")).set_due("a", date(2026, 3, 3), by="x", at=START)
    assert rows(html.index([launch], at=datetime(2026, 3, 3, 23, tzinfo=UTC)))[0][4] == ""
    assert rows(html.index([launch], at=START + timedelta(days=2)))[0][4] == "1"


LAUNCH = two_weeks()
MISTAKES = [
    ((5,), {}, "$.launches: is not a collection of launches (got 5); give a list of them, as in [launch]"),
    ((["x"],), {}, "$.launches[0]: is not a Launch (got 'x'); give a Launch"),
    (([LAUNCH, LAUNCH],), {}, "$.launches: hold a name twice (got 'fraud-v3'); merge its copies"),
    (([LAUNCH],), {"options": 5}, "$.options: is not a mapping from names to options (got 5); give a dict, such as {}"),
    (([LAUNCH],), {"options": {"a": 5, "b": ForecastOptions()}}, "$.options[0]: is not a ForecastOptions (got 5); give a ForecastOptions"),
    (([LAUNCH],), {"at": 5}, "$.at: is not a timestamp (got 5); give a datetime with a time zone, as in datetime.now(UTC)"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "more", "sentence"), MISTAKES)
def test_mistakes_are_told(arguments, more, sentence):
    with pytest.raises(InvalidError) as caught:
        html.index(*arguments, **more)
    assert str(caught.value) == sentence


def test_hostile_arguments_are_refused():
    for arguments in (
        {"launches": Raising()},
        {"launches": [Raising()]},
        {"launches": [], "options": Raising()},
        {"launches": [], "options": {"a": Raising()}},
    ):
        with pytest.raises(InvalidError):
            html.index(**arguments)


def skeleton(element):
    return element.tag, sorted(element.attrib.items()), [skeleton(child) for child in element]


def test_no_text_gets_out_of_its_place(some):
    def page(text):
        launch = said_by([text] * 7)
        return parse(html.index([attrs.evolve(launch, name="fraud-v3")], at=END)).find("body")

    harmless = skeleton(page("harmless"))
    payloads = [payload for payload in MARKUP if payload.strip() == payload and payload.isprintable() and payload]
    assert len(payloads) > 200
    for payload in some([payload for payload in payloads if len(payload) < 190]):
        assert skeleton(page(payload)) == harmless
