"""The forecast: what becomes of a text's tail under each way of training on it, by exact theory, and how right it is.

    config = ForecastConfig(texts=…, share=0.3, share_low=0.2, share_high=0.4)
    run = perform(config, lab)          # a run like any experiment's
    summary(run), lines(run)            # in `telling`

`survival` is the theory, `spectrum` what is known of the text, `predicting` the intervals, `comparison` a forecast
beside what happened, `validation` the test on trigram loops; `scapa.lab.language` sets its own loops beside a forecast.
"""

from __future__ import annotations

from scapa.lab.forecast.comparison import Beside, beside, side_by_side
from scapa.lab.forecast.experiment import ForecastConfig
from scapa.lab.forecast.validation import ForecastCheckConfig

__all__ = ["Beside", "ForecastCheckConfig", "ForecastConfig", "beside", "side_by_side"]
