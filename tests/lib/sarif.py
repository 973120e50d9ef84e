"""What SARIF 2.1.0 requires of the parts that we write."""
import json
import sys

log = json.load(open(sys.argv[1], encoding="utf-8"))
assert log["version"] == "2.1.0" and log["$schema"].startswith("https://")
(run,) = log["runs"]
driver = run["tool"]["driver"]
rules = driver["rules"]
assert driver["name"] and driver["version"]
assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
assert len({r["id"] for r in rules}) == len(rules)
for rule in rules:
    assert rule["shortDescription"]["text"]


def check_location(location):
    place = location["physicalLocation"]
    assert place["artifactLocation"]["uri"]
    region = place.get("region")
    if region is not None:
        assert region["startLine"] >= 1 and region["startColumn"] >= 1


for result in run["results"]:
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] in ("none", "note", "warning", "error")
    assert result["message"]["text"]
    for location in result["locations"]:
        check_location(location)
    for location in result.get("relatedLocations", []):
        check_location(location)
        assert location["message"]["text"]
