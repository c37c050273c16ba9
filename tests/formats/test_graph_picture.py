"""The graph: what it shows is what comes after what, and it can be read."""

import re
from itertools import pairwise

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.launches import END, two_weeks
from helpers.pictures import RED, SVG, assert_labels_are_apart, chain, contrast, group, large, read, texts, titles
from servingchecklist import Checklist, Effort, Phase, Task, critical_path, dumps, model_serving
from servingchecklist.formats._pictures import Graph
from servingchecklist.formats.svg import _graph, _layers
from servingchecklist.formats.svg._draw import LINE, Sign, cut, legend, lines_of, width_of
from servingchecklist.formats.svg._layers import arrange, arrange_apart

WIDE, HIGH = 200, 62


def loose(count):
    return Checklist("loose", "Loose", phases=[Phase("p", "P", tasks=[Task(f"t{n}", "A task") for n in range(count)])])


def long_words():
    tasks = [
        Task("a" * 64, "W" * 200, effort=Effort(1.125, 1_000.875, 500.5)),
        Task("b", "\u6f22" * 200, after=["a" * 64]),
        Task("c", "A title of many words which is much too long for any box that is drawn here"),
        Task("d", "e\u0301\u0302" * 60, after=["c"]),
    ]
    return Checklist("x", "X", phases=[Phase("p", "P" * 200, tasks=tasks)])


GRAPHS = {
    "bundled": critical_path(model_serving()),
    "a launch": two_weeks().critical_path(at=END),
    "200 tasks": critical_path(large()),
    "200 tasks, another": large(seed=3),
    "without efforts": Checklist(
        "x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A"), Task("b", "B", after=["a"])])]
    ),
    "no tasks": Checklist("x", "X"),
    "one task": loose(1),
    "loose tasks": loose(11),
    "a chain": chain(30),
    "everything done": critical_path(model_serving(), done=[f"c{n}" for n in range(1, 10)]),
    "long words": long_words(),
}


@pytest.mark.parametrize("value", GRAPHS.values(), ids=GRAPHS)
def test_no_label_is_cut_off_or_lies_on_another(value):
    assert_labels_are_apart(read(value))


def rectangles(root):
    """Where each box is, by the id that it shows."""
    found = {}
    for one in root.iter(f"{SVG}g"):
        window = one.find(f"{SVG}svg")
        at = tuple(float(window.get(name)) for name in ("x", "y", "width", "height"))
        found[one.find(f"{SVG}title").text.split()[0]] = at
    return found


def lines(root):
    """Every line of an arrow as its four points (two where it is straight), and whether it is marked."""
    for path in root.findall(f"{SVG}path"):
        if path.get("fill") == "none" and "h16" not in path.get("d"):
            for piece in path.get("d")[1:].split("M"):
                numbers = [float(number) for number in re.findall(r"-?[\d.]+", piece)]
                yield list(zip(numbers[::2], numbers[1::2], strict=True)), path.get("stroke") == RED


def along(points):
    """Places on a straight line or a Bezier curve."""
    for step in range(41):
        t = step / 40
        if len(points) == 2:
            yield tuple(a + (b - a) * t for a, b in zip(*points, strict=True))
        else:
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            yield tuple(sum(w * p[axis] for w, p in zip(weights, points, strict=True)) for axis in (0, 1))


def edges(root):
    """Which box is tied to which, as followed along the lines from box to box, and whether all of the way is marked."""
    boxes = rectangles(root)
    starts, ends = {}, {}
    for name, (x, y, width, height) in boxes.items():
        starts |= {
            (round(x + width, 1), round(y + height / 2, 1)): name,
            (round(x + width / 2, 1), round(y + height, 1)): name,
        }
        ends |= {(x, round(y + height / 2, 1)): name, (round(x + width / 2, 1), y): name}
    ways = {}
    for points, is_marked in lines(root):
        ways.setdefault(points[0], []).append((points[-1], is_marked))
    found = set()
    for start, name in starts.items():
        stack = [(start, True)]
        while stack:
            at, so_far = stack.pop()
            for end, is_marked in ways.get(at, []):
                hit = [ends.get((round(end[0] + dx, 1), round(end[1] + dy, 1))) for dx, dy in ((0, 6), (6, 0))]
                other = next(filter(None, hit), None)
                if other:
                    found.add((name, other, so_far and is_marked))
                else:
                    stack.append((end, so_far and is_marked))
    return found


def expected(checklist, path=()):
    graph = networkx.DiGraph([(other, task.id) for task in checklist for other in task.after])
    steps = set(pairwise(path))
    kept = set(networkx.transitive_reduction(graph).edges) | (steps & set(graph.edges))
    return {(one, other, (one, other) in steps) for one, other in kept}


@pytest.mark.parametrize("name", ["bundled", "200 tasks", "200 tasks, another", "a chain", "long words"])
def test_the_arrows_lead_from_each_task_to_those_that_wait_for_it(name):
    value = GRAPHS[name]
    root = read(value)
    if isinstance(value, Checklist):
        assert edges(root) == expected(value)
    else:
        assert edges(root) == expected(value.checklist, value.path)
        assert {(one, other) for one, other, is_marked in edges(root) if is_marked} == set(pairwise(value.path))


@pytest.mark.parametrize("value", GRAPHS.values(), ids=GRAPHS)
def test_no_arrow_runs_through_a_box_and_no_box_lies_on_another(value):
    root = read(value)
    boxes = list(rectangles(root).values())
    for number, (x, y, width, height) in enumerate(boxes):
        assert x >= 0
        assert x + width <= float(root.get("width"))
        for other_x, other_y, _, _ in boxes[:number]:
            assert abs(x - other_x) >= width - 0.2 or abs(y - other_y) >= height - 0.2
    for points, _ in lines(root):
        for x, y in along(points):
            inside = [
                box
                for box in boxes
                if box[0] + 0.3 < x < box[0] + box[2] - 0.3 and box[1] + 0.3 < y < box[1] + box[3] - 0.3
            ]
            assert not inside


def test_narrow_graphs_go_down_and_wide_ones_to_the_right():
    down, right = read(GRAPHS["bundled"]), read(GRAPHS["200 tasks"])
    assert float(down.get("width")) <= 920
    boxes = rectangles(down)
    assert boxes["c3"][1] < boxes["c4"][1] < boxes["c5"][1] < boxes["c7"][1]
    boxes = rectangles(right)
    path = GRAPHS["200 tasks"].path
    assert all(boxes[one][0] + WIDE < boxes[other][0] for one, other in pairwise(path))
    assert len({boxes[one][0] for one in path}) == len(path)


def test_a_graph_that_its_bends_make_wide_goes_to_the_right():
    """Four boxes in a layer are narrow enough by themselves, but not with forty arrows that pass between them."""
    spine = [Task(f"s{n}", "S", after=[f"s{n - 1}"] if n else []) for n in range(60)]
    side = [Task(f"a{n}", "A", after=[f"s{n}"]) for n in range(50)]
    end = Task("end", "End", after=["s59", *[task.id for task in side]])
    root = read(Checklist("x", "X", phases=[Phase("p", "P", tasks=[*spine, *side, end])]))
    assert rectangles(root)["s0"][0] < rectangles(root)["s59"][0]


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 12))
    return [sorted(draw(st.sets(st.integers(0, node - 1), max_size=3))) if node else [] for node in range(count)]


def test_in_a_wide_graph_what_is_tied_together_stands_together_and_the_smaller_below_the_larger():
    small = chain(2).tasks
    fan = [Task("top", "Top"), *[Task(f"f{n}", "F", after=["top"]) for n in range(9)], Task("end", "End", after=["f0"])]
    far = Task("far", "Far", after=["end", "top", "f1"])
    root = read(Checklist("x", "X", phases=[Phase("p", "P", tasks=[*small, *fan, far])]))
    boxes = rectangles(root)
    assert boxes["t0"][0] == boxes["top"][0] < boxes["t1"][0] == boxes["f0"][0]
    lowest = max(y for name, (_, y, _, _) in boxes.items() if name not in ("t0", "t1"))
    assert boxes["t0"][1] == boxes["t1"][1] == pytest.approx(lowest + HIGH + 12, abs=0.2)
    assert_labels_are_apart(root)


@given(graphs())
def test_parts_are_laid_out_as_if_they_were_alone(before):
    marked = {(earlier[0], node) for node, earlier in enumerate(before) if earlier}
    found = arrange_apart(before, marked, 50, 10)
    whole = networkx.Graph()
    whole.add_nodes_from(range(len(before)))
    whole.add_edges_from((other, node) for node, earlier in enumerate(before) for other in earlier)
    parts = sorted(map(sorted, networkx.connected_components(whole)), key=lambda part: (-len(part), part))
    top = 0
    for part in parts:
        number = {node: place for place, node in enumerate(part)}
        edges = {(number[one], number[other]) for one, other in marked if one in number}
        alone = arrange([[number[other] for other in before[node]] for node in part], edges, 50, 10)
        assert [found.layer[node] for node in part] == list(alone.layer)[: len(part)]
        assert [found.across[node] - top for node in part] == pytest.approx(alone.across[: len(part)])
        top += alone.extent
    assert found.extent == pytest.approx(top)
    assert (
        sorted(found.bends) == list(range(len(before), len(found.layer))) == list(range(len(before), len(found.across)))
    )
    assert all(found.layer[other] == found.layer[one] + 1 for one, other in found.links)


@pytest.mark.parametrize(("page", "is_down"), [(848 + 24, True), (848 + 23, False)])
def test_a_graph_goes_down_where_it_is_just_narrow_enough(monkeypatch, page, is_down):
    """Four boxes of 212 pixels, and 12 at each edge."""
    monkeypatch.setattr(_graph, "_PAGE", page)
    assert _graph._plan([[], [0], [0], [0], [0]], set()).is_down is is_down


@pytest.mark.parametrize(("most", "bends"), [(2, 1), (1, 0)])
def test_bends_are_left_out_where_they_would_be_too_many(monkeypatch, most, bends):
    monkeypatch.setattr(_layers, "_MOST_BENDS", most)
    assert len(arrange([[], [0], [0, 1]], set(), 50, 10).bends) == bends


def test_bends_are_counted_over_all_parts(monkeypatch):
    part = [[], *[[node] for node in range(8)], [0, 8]]
    both = [*part, *[[other + len(part) for other in earlier] for earlier in part]]
    bends = len(arrange(part, set(), 50, 10).bends)
    assert len(arrange_apart(both, set(), 50, 10).bends) == 2 * bends
    monkeypatch.setattr(_layers, "_MOST_BENDS", bends + 3)
    assert len(arrange_apart(both, set(), 50, 10).bends) == bends


def test_the_critical_path_is_marked_by_colour_by_weight_and_in_words():
    root = read(GRAPHS["bundled"])
    for task in model_serving():
        box = group(root, f"{task.id} ")
        frame = box.find(f"{SVG}svg/{SVG}rect")
        is_on_path = task.id in GRAPHS["bundled"].path
        assert (frame.get("stroke") == RED) is is_on_path
        assert (frame.get("stroke-width") == "2.5") is is_on_path
        assert ("critical" in [one.text for one in box.iter(f"{SVG}text")]) is is_on_path
        assert ("on the critical path" in box.find(f"{SVG}title").text) is is_on_path
    assert "slack 13" in [one.text for one in group(root, "c2 ").iter(f"{SVG}text")]
    assert "critical path, 15.5 working days" in texts(root)


def test_what_is_closed_has_a_broken_frame_and_is_told():
    root = read(GRAPHS["a launch"])
    left = [span.id for span in GRAPHS["a launch"]]
    for task in model_serving():
        box = group(root, f"{task.id} ")
        is_closed = task.id not in left
        assert (box.find(f"{SVG}svg/{SVG}rect").get("stroke-dasharray") is not None) is is_closed
        assert ("closed" in [one.text for one in box.iter(f"{SVG}text")]) is is_closed
    assert "closed" in texts(root)
    assert "closed" not in texts(read(GRAPHS["bundled"]))


def test_a_checklist_is_drawn_without_a_path_and_whether_or_not_it_states_efforts():
    root = read(model_serving())
    assert "2-3 days" in [one.text for one in group(root, "c2 ").iter(f"{SVG}text")]
    assert RED not in dumps(model_serving(), "svg")
    assert root.find(f"{SVG}title").text == "Tasks of model-serving"
    assert titles(read(GRAPHS["without efforts"])) == ["a A; phase P", "b B; phase P; after a"]


def test_each_box_tells_its_phase_and_what_it_comes_after():
    told = titles(read(GRAPHS["bundled"]))
    assert (
        "c4 Prioritize high-impact tasks (Model Serving); phase Execution; after c1 and c3; 1 day; on the critical path"
        in told
    )
    assert "c2 Identify target audience (Model Serving); phase Foundation; 2-3 days; slack 13 working days" in told
    assert "c1 Define goals and KPIs (Model Serving); phase Foundation; 1 day; closed" in titles(
        read(GRAPHS["a launch"])
    )


def test_phases_differ_in_colour_too():
    phases = [Phase(f"p{n}", f"P{n}", tasks=[Task(f"t{n}", "T")]) for n in range(9)]
    root = read(Checklist("x", "X", phases=phases))
    bars = [group(root, f"t{n} ").findall(f"{SVG}svg/{SVG}rect")[1].get("fill") for n in range(9)]
    assert len(set(bars)) == 8
    assert bars[8] == bars[0]
    assert RED not in bars
    assert min(contrast(one, ground) for one in bars for ground in ("#ffffff", "#0d1117")) >= 3


def test_phases_are_numbered_and_their_whole_names_stand_below():
    title = "Everything to be agreed beforehand"
    tasks = [[], [Task("a", "A")], [Task("b", "B", after=["a"])]]
    phases = [Phase(f"p{n}", f"{title}, part {n}", tasks=some) for n, some in enumerate(tasks)]
    root = read(Checklist("x", "X", phases=phases))
    for task, number in (("a", 2), ("b", 3)):
        words = [one.text or "" for one in group(root, f"{task} ").iter(f"{SVG}text")]
        assert any(one.startswith(f"{number} Everything") and one.endswith("\N{HORIZONTAL ELLIPSIS}") for one in words)
    below = {one.text: one for one in root.findall(f"{SVG}text")}
    assert set(below) == {f"2 {title}, part 1", f"3 {title}, part 2"}  # nothing is drawn of the first
    colours = [one.get("fill") for one in root.findall(f"{SVG}rect") if one.get("fill")]
    assert colours == [group(root, f"{task} ").findall(f"{SVG}svg/{SVG}rect")[1].get("fill") for task in "ab"]


def test_the_picture_is_told_in_words():
    root = read(GRAPHS["bundled"])
    assert (root.get("role"), root.find(f"{SVG}title").text) == ("img", "Critical path of model-serving")
    assert root.find(f"{SVG}desc").text == (
        "9 tasks, each behind those that it comes after. The critical path is c3, c4, c5, c7, c8, c9: 15.5 working days, "
        "where everything takes the mean of its estimate. Of the arrows, 2 that follow from others are left out."
    )
    assert read(GRAPHS["one task"]).find(f"{SVG}desc").text == "1 task."
    assert "2 arrows that follow from others are not drawn" in texts(root)
    assert not any("not drawn" in words for words in texts(read(GRAPHS["a chain"])))


def test_arrows_that_are_not_drawn_are_counted():
    before = {"a": [], "b": ["a"], "c": ["a", "b"]}
    tasks = [Task(task_id, task_id, after=after) for task_id, after in before.items()]
    root = read(Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)]))
    assert "1 arrow that follows from others is not drawn" in texts(root)
    assert not root.findall(f"{SVG}path[@stroke-dasharray]")


def test_tasks_that_are_tied_to_no_other_stand_apart_in_rows():
    boxes = rectangles(read(GRAPHS["loose tasks"]))
    assert len({y for _, y, _, _ in boxes.values()}) == 3
    assert "Tied to no other task" in texts(read(GRAPHS["loose tasks"]))
    assert "Tied to no other task" not in texts(read(GRAPHS["a chain"]))


def test_the_picture_brings_its_ground_in_light_and_in_dark():
    assert "prefers-color-scheme: dark" in dumps(GRAPHS["bundled"], "svg")


@given(graphs())
def test_layers_are_in_order_and_nothing_in_them_overlaps(before):
    found = arrange(before, set(), 50, 10)
    sizes = [50] * len(before) + [10] * len(found.bends)
    assert all(found.layer[other] == found.layer[one] + 1 for one, other in found.links)
    for layer in set(found.layer):
        row = sorted((found.across[one], sizes[one]) for one in range(len(sizes)) if found.layer[one] == layer)
        for (one, wide), (other, next_wide) in pairwise(row):
            assert other - one >= (wide + next_wide) / 2 - 1e-6
        assert row[0][0] - row[0][1] / 2 >= -1e-6
        assert row[-1][0] + row[-1][1] / 2 <= found.extent + 1e-6
    assert all(found.layer[other] < found.layer[node] for node, earlier in enumerate(before) for other in earlier)


def crossings(found):
    by_layer = {}
    for one, other in found.links:
        by_layer.setdefault(found.layer[one], []).append((found.across[one], found.across[other]))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for links in by_layer.values()
        for number, a in enumerate(links)
        for b in links[:number]
    )


def test_lines_that_need_not_cross_do_not():
    tree = [[], *[[(node - 1) // 2] for node in range(1, 31)]]
    assert crossings(arrange(tree, set(), 50, 10)) == 0
    swapped = [[], [], [1], [0], [3], [2], [4, 5]]
    assert crossings(arrange(swapped, set(), 50, 10)) == 0


def test_a_line_of_bends_is_straight():
    before = [[], *[[node] for node in range(8)], [0, 8]]
    found = arrange(before, set(), 50, 10)
    places = {round(found.across[bend], 6) for bend in found.bends}
    assert len(places) == 1


def test_arrows_from_one_task_share_their_bends():
    spine = [[], *[[node] for node in range(8)]]
    alone = arrange([*spine, [0, 7]], set(), 50, 10)
    both = arrange([*spine, [0, 7], [0, 7]], set(), 50, 10)
    assert len(both.bends) == len(alone.bends) > 0


def test_a_marked_edge_is_marked_along_all_of_its_way():
    before = [[], [0], [1], [2], [0, 3]]
    found = arrange(before, {(0, 4)}, 50, 10)
    assert all(found.bends.values())
    assert sum(found.links.values()) == len(found.bends) + 1


def test_arrows_that_would_need_bends_without_end_go_straight(monkeypatch):
    before = [[], *[[node] for node in range(8)], [0, 8]]
    monkeypatch.setattr(_layers, "_MOST_BENDS", 3)
    found = arrange(before, {(0, 9)}, 50, 10)
    assert not found.bends
    assert found.links[0, 9]
    assert not found.links[0, 1]


def test_where_lines_are_without_number_there_are_few_sweeps(monkeypatch):
    before = [list(earlier) for earlier in Graph(large()).before]
    swept = crossings(arrange(before, set(), 50, 10))
    monkeypatch.setattr(_layers, "_MANY_LINES", 3)
    assert swept < crossings(arrange(before, set(), 50, 10))


@given(graphs())
def test_what_is_left_out_follows_from_what_is_drawn(before):
    tasks = [Task(f"t{n}", "T", after=[f"t{other}" for other in earlier]) for n, earlier in enumerate(before)]
    graph = Graph(Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)]))
    whole = networkx.DiGraph()
    whole.add_nodes_from(range(len(before)))
    whole.add_edges_from((other, node) for node, earlier in enumerate(before) for other in earlier)
    drawn = {(other, node) for node, earlier in enumerate(graph.before) for other in earlier}
    assert drawn == set(networkx.transitive_reduction(whole).edges)
    assert graph.left_out == whole.number_of_edges() - len(drawn)


def test_a_critical_path_of_tasks_without_an_effort_keeps_its_arrows():
    """Zero days on the way round: the path may take the arrow that follows from two others."""
    tasks = [
        Task("a", "A", effort=Effort(2, 2)),
        Task("b", "B", effort=Effort(0, 0), after=["a"]),
        Task("c", "C", effort=Effort(1, 1), after=["a", "b"]),
    ]
    found = critical_path(Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)]))
    marked = {(one, other) for one, other, is_marked in edges(read(found)) if is_marked}
    assert marked == set(pairwise(found.path))


def test_a_graph_is_drawn_the_same_each_time():
    assert dumps(large(), "svg") == dumps(large(), "svg")


WORDS = ["", "W", "a title of some words", "W" * 40, "e\u0301" * 40, "\u6f22\u5b57" * 20, "one two " * 20, "\u0301" * 9]


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("room", [5, 60, 180])
def test_text_is_broken_to_the_room_there_is(words, room):
    found = lines_of(words, room, 2)
    assert 1 <= len(found) <= 2
    assert all(width_of(line) <= room or len(line) <= 2 for line in found)
    whole = " ".join(words.split())
    assert "".join(found).replace(" ", "").removesuffix("\N{HORIZONTAL ELLIPSIS}") in whole.replace(" ", "")
    if width_of(words) <= room:
        assert found == [words]


def test_lines_are_broken_where_they_no_longer_fit():
    assert lines_of("aa bb", width_of("aa bb"), 2) == ["aa bb"]
    assert lines_of("a bbbbbbbb", width_of("bbbbbbbb"), 2) == ["a", "bbbbbbbb"]
    assert lines_of("aa bb", width_of("aa bb") - 0.1, 2) == ["aa", "bb"]
    assert cut("aaaaaaaaaa", width_of("aaaaaaaaaa")) == "aaaaaaaaaa"
    assert cut("aaaaaaaaaa", width_of("aaaaaaaaaa"), 24) == "aaa\N{HORIZONTAL ELLIPSIS}"


def in_phases(many):
    """Two phases of so many tasks, the second after the first."""
    first = [Task(f"a{n}", "A", effort="1 day") for n in range(many)]
    second = [Task(f"b{n}", "B", effort="1 day") for n in range(many)]
    phases = [
        Phase("one", "One", tasks=first),
        Phase("two", "Two", tasks=second, after=["one"]),
        Phase("no", "No", after=["two"]),
    ]
    return Checklist("x", "X", phases=phases)


def test_a_phase_that_others_come_after_is_one_node_in_place_of_an_arrow_for_each_pair():
    graph = Graph(in_phases(10))
    assert [phase.id for phase in graph.gates] == ["one"]
    assert graph.before == [*[[]] * 10, *[[20]] * 10, list(reversed(range(10)))]
    assert graph.left_out == 0
    told = titles(read(in_phases(10)))
    assert "phase One: all of its tasks are closed" in told
    assert "b0 B; phase Two, after one; 1 day" in told
    chained = Graph(in_phases(2).replace_task("a1", after=["a0"]))
    assert (chained.before[4], chained.left_out) == ([1], 1)


def test_the_critical_path_leads_through_the_node_of_a_phase():
    path = critical_path(in_phases(2))
    assert path.path == ("a0", "b0")
    assert Graph(path).marked == {(0, 4), (4, 2)}
    both = critical_path(in_phases(2).replace_task("b0", after=["a0"]))
    assert Graph(both).marked == {(0, 4), (4, 2)}
    assert RED in dumps(path, "svg")


def test_a_legend_is_broken_where_it_no_longer_fits():
    signs = [Sign(words, lambda x, y: f"{x:.1f} {y:.1f}") for words in ("one", "another")]
    (one, _, another, _), bottom = legend(signs, 10, 1_000, 0)
    right = 10 + (22 + width_of("one") + 18) + (22 + width_of("another"))
    assert one.split()[1] == another.split()[1]
    assert legend(signs, 10, right, 0) == legend(signs, 10, 1_000, 0)
    assert legend(signs, 10, right - 0.01, 0)[0][2].split() == ["10.0", f"{float(one.split()[1]) + LINE + 4:.1f}"]
    assert legend(signs[1:], 10, 11, 0)[1] == bottom  # the first one has nothing to break from
