"""The outcome of every case by section and by MUST and SHOULD, as a table and as JSON."""

import dataclasses
import json
import pathlib


@dataclasses.dataclass
class Case:
    """One case and how it ended."""

    name: str
    section: str
    level: str
    says: str
    outcome: str = "skipped"
    why: str = ""


class Report:
    """Gathers cases; everything it prints is in the order of the standard."""

    def __init__(self):
        self.cases: dict[str, Case] = {}

    def sections(self) -> dict[str, list[Case]]:
        sections: dict[str, list[Case]] = {}
        for case in self.cases.values():
            sections.setdefault(case.section, []).append(case)
        return dict(sorted(sections.items()))

    def table(self) -> str:
        """Markdown, ready for RESULTS.md."""
        lines = [
            "| section | MUST passed | failed | skipped | SHOULD passed | failed | skipped |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        rows = self.sections() | {"all": list(self.cases.values())}
        for section, cases in rows.items():
            counts = [
                sum(case.level == level and case.outcome == outcome for case in cases)
                for level in ("must", "should")
                for outcome in ("passed", "failed", "skipped")
            ]
            lines.append(f"| {section} | " + " | ".join(map(str, counts)) + " |")
        return "\n".join(lines)

    def failed(self, level: str | None = None) -> list[Case]:
        return [case for case in self.cases.values() if case.outcome == "failed" and level in (None, case.level)]

    def against(self, expected: pathlib.Path) -> list[str]:
        """How the failures differ from those that are known. What a line says with `~` depends on time, and may end either way."""
        lines = expected.read_text().splitlines()
        named = {line.split("#")[0].strip() for line in lines} - {""}
        either = {name.removeprefix("~") for name in named if name.startswith("~")}
        known = {name for name in named if not name.startswith("~")}
        failed = {case.name for case in self.failed()}
        ran = {name for name, case in self.cases.items() if case.outcome != "skipped"}
        surprises = [f"failed, and is not known to: {name}" for name in sorted(failed - known - either)]
        missed = [f"known to fail, and did not: {name}" for name in sorted(known & ran - failed)]
        lost = [f"known to fail, and is no case or was skipped: {name}" for name in sorted(known - ran)]
        return surprises + missed + lost

    def write(self, path: pathlib.Path, url: str) -> None:
        cases = [dataclasses.asdict(case) for case in self.cases.values()]
        path.write_text(json.dumps({"url": url, "cases": cases}, indent=1) + "\n")
