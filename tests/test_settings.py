from __future__ import annotations

import tomllib

import pytest

from scapa.errors import SettingsError
from scapa.settings import Maintain, Settings, read_settings, render, sample


def test_the_sample_says_every_default(tmp_path):
    (tmp_path / "s.toml").write_text(sample())
    assert read_settings(tmp_path / "s.toml") == Settings()
    assert set(tomllib.loads(sample())) == {"me", "ingest", "curate", "ledger", "tune", "maintain"}


def test_what_is_rendered_reads_back(tmp_path):
    settings = Settings(maintain=Maintain(on_battery=True, hour='0"3\\', max_load=2.5))
    (tmp_path / "s.toml").write_text(render(settings))
    assert read_settings(tmp_path / "s.toml") == settings


@pytest.mark.parametrize(
    ("text", "why"),
    [("[ingest]\nsegment_rows = 0", "segment_rows"), ("[curate]\nnear_duplicate = 2.0", "near_duplicate"),
     ("[curate]\nnear_duplicate = nan", "near_duplicate"), ("[ledger]\nquarantine_share = -1.0", "quarantine_share"),
     ("[ledger]\nmask_bits = inf", None), ("[me]\naddresses = 'x'", "list of strings"),
     ("[ingest]\nraw_limit = '1'", "must be of type int"), ("[tune]\nbase = 3", "must be of type str"),
     ("[oddly]\nx = 1", "unknown key 'oddly'"), ("curate = 1", "must be a table"), ("[curate", "not valid TOML")],
)  # fmt: skip
def test_a_bad_setting_is_named(tmp_path, text, why):
    (tmp_path / "s.toml").write_text(text)
    if why is None:
        read_settings(tmp_path / "s.toml")
        return
    with pytest.raises(SettingsError, match=why):
        read_settings(tmp_path / "s.toml")
