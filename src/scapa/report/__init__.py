"""The pictures: `write_report(data, path)` makes one self-contained HTML file from plain numbers,
`write_gallery(runs, path)` another from run folders of the lab.

    from scapa.report.data import ReportData, …      frozen dataclasses: what can be drawn
    from scapa.report.page import write_report       write_report(data, path, private=False, only=()) -> Path
    from scapa.report.figures import draw            the sections and figures alone, each figure with its `svg`
    from scapa.report.gallery import write_gallery   write_gallery(runs or folders, path, broken=()) -> Path
    from scapa.report.export import write_figures    write_figures(figures, folder) -> SVG files alone

Nothing here computes: lab, model and corpus do, and leave plain numbers. Needs the extra `report` (matplotlib).
"""
