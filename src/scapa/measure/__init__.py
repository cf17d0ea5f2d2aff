"""Gauges, distances and intervals: numpy only, no text, no files.

tails.gauges(counts, reference=None) -> Tails          one corpus
tails.compare(ours, theirs, rng) -> {gauge: Change}    two corpora at equal N, interval by document
interval.bootstrap / wilson / paired_difference -> Interval
distance.w2_squared_1d / w2_squared / kl / kl_gaussian / total_variation
"""
