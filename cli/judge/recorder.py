"""A pytest plugin: writes how each test ended, and compares everything that AWS answered."""

import json
import os


def pytest_runtest_logreport(report):
    if report.when != "call" and (report.when != "setup" or report.outcome == "passed"):
        return
    with open(os.environ["JUDGE_RESULTS"], "a") as results:
        text = str(report.longrepr or "")[-4000:]
        results.write(json.dumps({"id": report.nodeid, "outcome": report.outcome, "text": text}) + "\n")


def pytest_collection_modifyitems(items):
    # What the suite leaves uncompared is what another emulator does not do.
    for item in items:
        for node in item.listchain():
            markers = getattr(node, "own_markers", None)
            if markers:
                markers[:] = [one for one in markers if one.name != "skip_snapshot_verify"]
