# Part of ar_collect. License LGPL-3.
"""Turns measured figures into the printed table."""

from . import report
from .refresh_modes import MODES


def disagree(figures):
    """Number of rows in which the addon and the reference differ, over all comparisons."""
    return figures.get("refresh", {}).get("differences", 0)


def show(results):
    """Print one table with a column per size, then the indexes.

    :param dict results: figures by size
    """
    report.show(f"\n| | {' | '.join(results)} |")
    report.show(f"|---|{'---|' * len(results)}")
    columns = [dict(_lines(figures)) for figures in results.values()]
    for label in dict.fromkeys(label for column in columns for label in column):
        report.show(f"| {label} | {' | '.join(column.get(label, '') for column in columns)} |")
    _show_indexes(results)


def _lines(figures):
    """Label and text of every line of the table, for one size, as far as it was measured."""
    for parts, lines in LINES:
        if all(part in figures for part in parts):
            yield from lines(*(figures[part] for part in parts))


def _memory_lines(megabytes):
    yield "memory of Python it takes, MB", f"{megabytes:.1f}"


def _install_lines(install):
    yield "installation, s", f"{install['total']:.1f}"
    yield "of which any start of Odoo, s", f"{install['start']:.1f}"


def _refresh_lines(refresh, core):
    yield "rows", f"{refresh['rows']}"
    yield (
        "rows that differ from the reference",
        (
            f"{refresh['differences']} {refresh['different'] or ''} in {refresh['comparisons']} comparisons"
        ),
    )
    yield "reference, core's indexes: wall / server CPU", _pair(core)
    for mode, title in MODES.items():
        engine, yardstick = refresh[f"engine_{mode}"], refresh[f"reference_{mode}"]
        yield f"refresh, {title}: wall / server CPU", _pair(engine)
        yield f"reference, {title}: wall / server CPU", _pair(yardstick)
        yield f"ratio, {title}: wall / server CPU", _ratios(engine, yardstick)
    changed = refresh["engine_change_all"]
    yield "ratio to core's indexes, all changed: wall / server CPU", _ratios(changed, core)
    yield "queries of a full refresh", f"{changed['queries']:.0f}"


def _incremental_lines(refresh):
    dirty, single = refresh["dirty"], refresh["single"]
    yield "customers made dirty", f"{dirty['rows']}"
    yield "dirty refresh: wall / server CPU", _pair(dirty)
    server = "?" if single["server"] is None else f"{single['server'] * 1000:.1f}"
    yield (
        "one customer, ms: SQL median / worst / server CPU",
        f"{single['sql'] * 1000:.1f} / {single['worst_sql'] * 1000:.1f} / {server}",
    )
    yield "one customer: queries", f"{single['queries']:.0f}"


def _page_lines(pages):
    partners = pages["partners"]
    for name, figures in pages.items():
        text = f"{figures['ms']:.0f} / {figures['best']:.0f} ms, {figures['kb']:.0f} kB"
        if name != "partners":
            median, best = (figures[key] / partners[key] for key in ("ms", "best"))
            text += f" (x{median:.2f} / x{best:.2f})"
        yield f"80 rows over HTTP, median / best: {name}", text


def _portal_lines(customers):
    for items, pages in customers.items():
        ours, core = pages["/my/receivables"], pages["/my/invoices"]
        ratios = " / ".join(f"x{ours[key] / core[key]:.2f}" for key in ("ms", "best"))
        yield (
            f"portal page of {items} open items beside core's list of invoices, median / best",
            f"{ours['ms']:.0f} / {ours['best']:.0f} ms ({ratios})",
        )


def _receivables_lines(works):
    for name, reference, title in (
        ("trend", "trend", "24-month trend of all key figures"),
        ("trend_by_collector", "trend", "the same, by collector"),
        ("aged", "aged", "aged receivables of today, first screen by customer"),
        ("aged_past", "aged_past", "aged receivables of a year ago"),
    ):
        figures, plain = works[name], works[f"{reference}_reference"]
        yield f"{title}: wall / server CPU, queries", _queried(figures)
        yield f"{title}: plain statement", _pair(plain)
        yield f"{title}: ratio of wall / server CPU", _ratios(figures, plain)


def _performance_lines(works):
    for name, reference, title in (
        ("cash_graph", "cash", "cash by cause, this month: graph"),
        ("cash_pivot", "cash", "cash by cause, this month: pivot by collector"),
        ("activities", "activities", "activities of this month: pivot by collector"),
    ):
        figures, plain = works[name], works[f"{reference}_reference"]
        yield f"{title}: wall / server CPU, queries", _queried(figures)
        yield f"{title}: plain statement", _pair(plain)
        yield f"{title}: ratio of wall / server CPU", _ratios(figures, plain)
    yield "contacts of this month, without cash: wall / server CPU", _pair(works["contacts"])
    for page in ("team", "manager", "sales"):
        yield f"dashboard {page}: wall / server CPU, queries", _queried(works[page])


def _posting_lines(operations):
    for operation, title in (
        ("create", "draft invoice"),
        ("post", "posting an invoice"),
        ("pay", "registering a payment"),
    ):
        yield from _operation_lines(title, operations[operation])


def _operation_lines(title, sides):
    bare, full = sides["without"], sides["with"]
    yield f"{title}: without / with", f"{_ms(bare['wall'])} / {_ms(full['wall'])}"
    ratio = f"x{full['wall'] / bare['wall']:.3f}"
    if bare["cpu"] and full["cpu"]:
        ratio += f" / x{full['cpu'] / bare['cpu']:.3f}"
    yield f"{title}: ratio of wall / CPU", ratio
    yield f"{title}: queries more", f"{full['queries'] - bare['queries']:+.0f}"


def _promise_lines(promises):
    yield "open promises judged, nothing changed: wall / server CPU", _pair(promises["unchanged"])
    yield "ratio to the plain statement", _ratios(promises["unchanged"], promises["reference"])
    yield "queries for all of them", f"{promises['unchanged']['queries']:.0f}"
    day = promises["day"]
    yield (
        "a day later, with tasks and notes: wall / server CPU, queries, broken of all",
        f"{_pair(day)}, {day['queries']:.0f}, {promises['broken']} of {promises['count']}",
    )


def _notice_lines(notices):
    yield "reminders planned / that differ", f"{notices['notices']} / {notices['differences']}"
    reference = notices["reference"]
    yield "finding who reaches which step: wall / server CPU", _pair(notices["find"])
    yield "ratio to the plain statement: wall / CPU", _ratios(notices["find"], reference)
    yield "planning, with the notices written: wall / server CPU", _pair(notices["plan"])
    yield "ratio to the plain statement, which writes nothing", _ratios(notices["plan"], reference)
    yield "planning again on the same day", _pair(notices["again"])
    yield "queries of a planning", f"{notices['plan']['queries']:.0f}"
    for queued in notices["queued"]:
        yield _queuing_line("queuing", queued)
    yield _queuing_line("a mail template in batches, an equal table,", notices["core"])


#: Steps of OCA's addon, as `notices_peer` names them.
PEER_STEPS = {
    "generate": "generating its lines",
    "ready": "setting them to be sent",
    "communicate": "putting them together",
}


def _peer_lines(refresh, notices, peer):
    """OCA's addon on the same ledger, and the whole way to a queued e-mail in both."""
    if "skipped" in peer:
        yield "OCA account_credit_control", f"not measured: {peer['skipped']}"
        return
    yield "OCA account_credit_control", peer["version"]
    for step, title in PEER_STEPS.items():
        if step in peer:
            yield f"OCA: {title}: wall / server CPU, queries", _queried(peer[step])
    if "queued" in peer:
        yield _queuing_line("OCA: queuing", peer["queued"])
        yield from _whole_way_lines(refresh, notices, peer)
    if "again" in peer:
        yield "OCA: all again on the same day: wall / server CPU, queries", _queried(peer["again"])
        yield (
            "reminded once more on the same day: items by OCA / customers by us",
            f"{peer['again_lines']} / {notices['repeated']}",
        )
    if "unfinished" in peer:
        yield "OCA: given up", f"{peer['unfinished']}, after {peer['seconds']} s"


def _whole_way_lines(refresh, notices, peer):
    """Each reminder from the ledger to the queue, PDF left out on both sides."""
    steps = [refresh["engine_change_all"], notices["plan"]]
    ours = _whole_way(steps, notices["notices"], notices["queued"][-1])
    theirs = _whole_way([peer[step] for step in PEER_STEPS], peer["reminders"], peer["queued"])
    yield "reminders: OCA / ours", f"{peer['reminders']} / {notices['notices']}"
    for name, (wall, cpu, queries) in {"OCA": theirs, "ours": ours}.items():
        label = f"each from the ledger to the queue, {name}: wall / CPU, queries"
        yield label, f"{_each(wall)} / {_each(cpu)}, {queries:.1f}"
    wall, cpu, queries = (other / own for other, own in zip(theirs, ours, strict=True))
    yield "ratio of both: wall / CPU, queries", f"x{wall:.1f} / x{cpu:.1f}, x{queries:.1f}"


def _whole_way(steps, count, queued):
    """Wall, CPU and queries of one reminder: its share of the steps, and its own e-mail."""
    kinds = (lambda figures: figures["wall"], _cpu, lambda figures: figures["queries"])
    return [sum(map(kind, steps)) / count + kind(queued) for kind in kinds]


def _cpu(figures):
    """CPU of Python and of the server, as far as that is on this machine."""
    return figures["python"] + (figures["server"] or 0)


def _queried(figures):
    return f"{_pair(figures)}, {figures['queries']:.0f}"


def _queuing_line(what, figures):
    server = figures["server"]
    return (
        f"{what} {figures['count']}: wall / Python CPU / server CPU, queries, each",
        f"{_each(figures['wall'])} / {_each(figures['python'])}"
        f" / {_each(server) if server is not None else '?'}, {figures['queries']:.1f}",
    )


def _each(seconds):
    return f"{seconds * 1000:.1f} ms"


def _order_lines(orders):
    held, free = orders["on"], orders["off"]
    title = f"confirming {orders['count']} orders at once"
    yield f"{title}, hold off / on", f"{_ms(free['wall'])} / {_ms(held['wall'])}"
    ratios = [held["wall"] / free["wall"], held["python"] / free["python"]]
    yield f"{title}: ratio of wall / Python CPU", " / ".join(f"x{ratio:.2f}" for ratio in ratios)
    yield f"{title}: queries more", f"{held['queries'] - free['queries']:+.0f}"


#: What the lines of the table are made of: parts of the figures, and who writes about them.
LINES = (
    (("refresh", "core"), _refresh_lines),
    (("memory",), _memory_lines),
    (("refresh",), _incremental_lines),
    (("page",), _page_lines),
    (("portal",), _portal_lines),
    (("receivables",), _receivables_lines),
    (("performance",), _performance_lines),
    (("posting",), _posting_lines),
    (("promises",), _promise_lines),
    (("orders",), _order_lines),
    (("notices",), _notice_lines),
    (("refresh", "notices", "peer"), _peer_lines),
    (("install",), _install_lines),
)


def _pair(figures):
    server = figures["server"]
    return f"{_ms(figures['wall'])} / {_ms(server) if server is not None else '?'}"


def _ratios(figures, other):
    texts = [f"x{figures['wall'] / other['wall']:.2f}"]
    if figures["server"] and other["server"]:
        texts.append(f"x{figures['server'] / other['server']:.2f}")
    return " / ".join(texts)


def _ms(seconds):
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"


def _show_indexes(results):
    """Every index of the addon on core's tables, and the big ones of its own."""
    report.show("\n| index | size | MB | build, s |\n|---|---|---|---|")
    for size, figures in results.items():
        for table, index, megabytes, seconds in figures.get("indexes", ()):
            built = "" if seconds is None else f"{seconds:.2f}"
            report.show(f"| {table}: {index} | {size} | {megabytes:.1f} | {built} |")
    report.show()
