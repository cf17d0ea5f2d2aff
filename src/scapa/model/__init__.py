"""Base models, tuning on one's own words, and what is measured before a model may be used.

    base.prepare_base → Base              the base model, converted once and cached
    tune.tune → TuneResult                split, train, evaluate, gate, write a model folder
    shelf.Shelf                           model folders of a home: list, promote, roll back
    generate.Writer.load(...).write(...)  text in one's voice, recorded before it is shown

`split`, `windows`, `memory`, `evaluate`, `gates`, `bill` and `shelf` work without PyTorch; the others need it
(`pip install 'scapa[model]'`).
"""
