"""The pictures: `write_report(data, path)` makes one self-contained HTML file from plain numbers.

    from scapa.report.data import ReportData, …      frozen dataclasses: what can be drawn
    from scapa.report.page import write_report       write_report(data, path, private=False, only=()) -> Path
    from scapa.report.figures import draw            the sections and figures alone, each figure with its `svg`

Nothing here computes: lab, model and corpus do, and leave plain numbers. Needs the extra `report` (matplotlib).
"""
