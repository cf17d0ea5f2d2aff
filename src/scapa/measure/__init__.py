"""Gauges, distances and intervals: numbers in, numbers out, no text, no files. All but two need numpy only.

tails.gauges(counts, reference=None) -> Tails          one corpus
tails.compare(ours, theirs, rng) -> {gauge: Change}    two corpora at equal N, interval by document
tokens.gauges(blocks, reference) -> {gauge: value}     blocks of token ids; tokens.lowest_mass_ratio / surviving_support
diversity.distinct_n(blocks, n) / self_bleu(blocks, rng)
surprise.surprise(losses, Band.of(human)) -> Surprise  both tails of perplexity; surprise.bins(losses)
neighbours.overlap(real, made, k=5) -> Overlap         precision, recall, density, coverage (scikit-learn)
interval.bootstrap / wilson / paired_difference / of_mean / of_ratio -> Interval
distance.w2_squared_1d / w2_squared / w2_squared_line / w2_squared_samples (scipy) / l2_squared_mixtures / kl /
    kl_gaussian / total_variation
collapse.definitions(Trajectories) -> eight Verdicts   what "model collapse" means, one by one
"""
