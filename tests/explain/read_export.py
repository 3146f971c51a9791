"""Reads exports of a run back, each by a grammar of its own, and prints what is in them.

read_export.py FOLDER: for each FORMAT.export there, `FORMAT STEPS ARRIVALS EDGES`, in alphabetical order. What a
format does not tell is `-`. What is no word of its format ends with an error.
"""
import json
import pathlib
import re
import sys
import xml.etree.ElementTree


def is_arrival(text):
    return re.match(r"(deliver|ignore) ", text) is not None


def shiviz(text):
    expression, delimiter, log = text.split("\n", 2)
    assert delimiter == ""
    parser = re.compile(expression.replace("(?<", "(?P<"))
    known, arrivals, steps, at = {}, 0, 0, 0
    for match in parser.finditer(log):
        assert log[at:match.start()] in ("", "\n"), log[at:match.start()]
        at = match.end()
        host, clock = match["host"], json.loads(match["clock"])
        before = known.get(host, {})
        assert clock[host] == before.get(host, 0) + 1, match[0]
        assert all(clock.get(other, 0) >= count for other, count in before.items())
        assert all(count <= known.get(other, {}).get(other, 0) for other, count in clock.items() if other != host)
        known[host] = clock
        steps += 1
        arrivals += is_arrival(match["event"])
    assert log[at:] in ("", "\n")
    return steps, arrivals, "-"


def perfetto(text):
    document = json.loads(text)
    slices, flows, opened, processes = {}, {}, {}, set()
    for event in document["traceEvents"]:
        phase = event["ph"]
        assert phase in "MXsfbeCi" and isinstance(event["pid"], int) and isinstance(event["ts"], (int, float))
        if phase == "M":
            processes.add(event["pid"])
            continue
        assert event["pid"] in processes
        if phase == "X":
            slices.setdefault(event["pid"], []).append((event["ts"], event["ts"] + event["dur"]))
        elif phase in "sf":
            flows.setdefault(event["id"], []).append(event)
        elif phase in "be":
            key = event["cat"], event["id"]
            opened[key] = opened.get(key, 0) + (1 if phase == "b" else -1)
            assert opened[key] in (0, 1)
    for of_process in slices.values():
        for (_, end), (begin, _) in zip(of_process, of_process[1:]):
            assert end <= begin + 1e-6, (end, begin)
    for begin, end in flows.values():
        assert (begin["ph"], end["ph"]) == ("s", "f") and begin["ts"] <= end["ts"]
        for event in begin, end:
            assert any(low <= event["ts"] <= high for low, high in slices[event["pid"]])
    return sum(map(len, slices.values())), len(flows), "-"


def sequence(text, begin, end, patterns):
    lines = text.splitlines()
    assert lines[0] == begin and (not end or lines[-1] == end)
    arrivals = 0
    for line in lines[1:-1] if end else lines[1:]:
        kinds = [kind for kind, pattern in patterns if re.fullmatch(pattern, line)]
        assert len(kinds) == 1, line
        arrivals += kinds[0] == "arrival"
    return "-", arrivals, "-"


def mermaid(text):
    plain = r"(?:[^;#<>]|#\d+;)+"
    return sequence(text, "sequenceDiagram", "", [
        ("participant", rf"  participant n\d+ as {plain}"),
        ("arrival", rf"  n\d+--?>>n\d+: {plain}"),
        ("lost", rf"  n\d+-xn\d+: {plain}"),
        ("note", rf"  Note over n\d+(,n\d+)?: {plain}")])


def plantuml(text):
    plain = r"(?:[^<>~*_/\\\"-]|&#\d+;)+"
    return sequence(text, "@startuml", "@enduml", [
        ("participant", rf'participant "{plain}" as n\d+'),
        ("arrival", rf"n\d+ --?> n\d+ : {plain}"),
        ("lost", rf"n\d+ ->x n\d+ : {plain}"),
        ("note", rf"note over n\d+(,n\d+)? : {plain}")])


def dot(text):
    """The part of DOT's grammar that is used: statements, attribute lists, subgraphs."""
    tokens = re.findall(r'"(?:[^"\\]|\\.)*"|->|[\w.]+|[{}\[\];,=]|\S', text)
    at, nodes, edges, arrivals = 0, set(), [], 0

    def take(expected=None):
        nonlocal at
        token = tokens[at]
        at += 1
        assert expected is None or token == expected, (expected, token)
        return token

    def attributes():
        found = {}
        take("[")
        while tokens[at] != "]":
            name = take()
            take("=")
            found[name] = take()
            assert re.fullmatch(r'"(?:[^"\\]|\\.)*"|[\w.]+', found[name])
            if tokens[at] == ",":
                take()
        take("]")
        return found

    def body():
        nonlocal arrivals
        take("{")
        while tokens[at] != "}":
            name = take()
            if name == "subgraph":
                assert take().startswith("cluster_")
                body()
                continue
            assert re.fullmatch(r"\w+", name), name
            if tokens[at] == "=":
                take()
                take()
            elif tokens[at] == "->":
                take()
                edges.append((name, take()))
                if tokens[at] == "[":
                    attributes()
            else:
                label = attributes().get("label")
                if name != "node":
                    nodes.add(name)
                    arrivals += is_arrival(label.strip('"').split(" ", 1)[1])
            take(";")
        take("}")

    take("digraph")
    take("run")
    body()
    assert at == len(tokens)
    assert all(int(a[1:]) < int(b[1:]) and {a, b} <= nodes for a, b in edges)
    return len(nodes), arrivals, len(edges)


def graphml(text):
    space = "{http://graphml.graphdrawing.org/xmlns}"
    root = xml.etree.ElementTree.fromstring(text)
    assert root.tag == space + "graphml"
    keys = {(key.get("for"), key.get("id")) for key in root.iter(space + "key")}
    graph = root.find(space + "graph")
    assert graph.get("edgedefault") == "directed"
    nodes, arrivals = set(), 0
    for node in graph.iter(space + "node"):
        data = {datum.get("key"): datum.text for datum in node}
        assert all(("node", key) in keys for key in data)
        nodes.add(node.get("id"))
        arrivals += data["kind"] in ("deliver", "ignore")
    edges = list(graph.iter(space + "edge"))
    assert all({edge.get("source"), edge.get("target")} <= nodes for edge in edges)
    assert all(("edge", datum.get("key")) in keys for edge in edges for datum in edge)
    return len(nodes), arrivals, len(edges)


def is_itf(value):
    if isinstance(value, dict):
        if "#bigint" in value:
            return list(value) == ["#bigint"] and re.fullmatch(r"-?\d+", value["#bigint"]) is not None
        if "#tup" in value:
            return list(value) == ["#tup"] and all(map(is_itf, value["#tup"]))
        return all(not name.startswith("#") and is_itf(member) for name, member in value.items())
    if isinstance(value, list):
        return all(map(is_itf, value))
    return isinstance(value, (str, bool))


def itf(text):
    document = json.loads(text)
    assert document["#meta"]["format"] == "ITF"
    names = document["vars"]
    for index, state in enumerate(document["states"]):
        assert state.pop("#meta") == {"index": index}
        assert sorted(state) == sorted(names) and is_itf(state)
    return len(document["states"]), sum(is_arrival(state["mbt::actionTaken"]) for state in document["states"]), "-"


def otlp(text):
    document = json.loads(text)
    spans = {}
    for resource in document["resourceSpans"]:
        assert resource["resource"]["attributes"][0]["key"] == "service.name"
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                assert re.fullmatch(r"[0-9a-f]{32}", span["traceId"]) and int(span["traceId"], 16)
                assert re.fullmatch(r"[0-9a-f]{16}", span["spanId"]) and int(span["spanId"], 16)
                assert span["spanId"] not in spans and span["kind"] in (1, 3, 5)
                assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
                spans[span["spanId"]] = span
    for span in spans.values():
        if "parentSpanId" in span:
            assert spans[span["parentSpanId"]]["traceId"] == span["traceId"]
    return len(spans), sum(is_arrival(span["name"]) for span in spans.values()), "-"


def tla_ndjson(text):
    steps, arrivals = 0, 0
    for line in text.splitlines():
        record = json.loads(line)
        steps += 1
        assert record["tag"] == "trace" and record["step"] == steps
        event = record["event"]
        assert isinstance(event["nid"], str) and (event["state"] is None or isinstance(event["state"], dict))
        assert "msg" not in event or event["msg"].keys() == {"from", "to", "nth", "body"}
        arrivals += event["name"] in ("deliver", "ignore")
    return steps, arrivals, "-"


def main():
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.export")):
        read = globals()[path.stem.replace("-", "_")]
        print(path.stem, *read(path.read_text()))


main()
