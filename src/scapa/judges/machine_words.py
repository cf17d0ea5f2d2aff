"""Tables of the judge `machine`: words and phrases that assistants use more often than people did before them.

Written for Scapa from two sorts of published figures, each word a fact and none of it anybody's text: words whose
frequency in abstracts rose in 2023 and 2024 beyond any earlier trend (Kobak et al., 2025, arXiv 2406.07016) and
in peer reviews (Liang et al., 2024, arXiv 2403.07183). The phrases are stock phrases of assistants' answers and
letters, written down by hand. They were fixed before they were tried on any set, and were not tuned since.
"""

from __future__ import annotations

MARKERS = """
    delve delves delved delving underscore underscores underscored underscoring showcase showcases showcased showcasing
    intricate intricately intricacies pivotal realm realms tapestry meticulous meticulously multifaceted nuanced
    nuances commendable testament noteworthy groundbreaking transformative seamless seamlessly bolster bolsters
    bolstering foster fosters fostering garnered garnering unwavering holistic interplay elucidate elucidates
    elucidating invaluable embark embarking surpassing synergy synergies resonate resonates navigating
    captivating bustling harnessing leveraging empower empowering empowers revolutionize
    revolutionizing streamline streamlining actionable adept adeptly aligns encompassing facilitating
"""
"""Rare before 2022: one in a document is a mark (the lower bound of `scapa share` counts marked documents)."""

COMMON = """
    crucial comprehensive additionally furthermore moreover notably particularly insights insight enhance enhances
    enhancing enhanced ensure ensures ensuring essential significant significantly various potential overall
    innovative effectively utilize utilizing utilizes robust valuable diverse ultimately consider landscape highlights
    highlighting emphasizes emphasizing vibrant remarkable profound tailored strategies engaging
    effective contribute contributes optimize optimizing explore exploring dynamic thoughtful
"""
"""Common words that assistants use more often; they count in `excess`, and mark nothing."""

PHRASES = """
    it is important to note|it's important to note|it is important to|it's important to|it is worth noting
    it's worth noting|plays a crucial role|play a crucial role|plays a vital role|plays a significant role
    a wide range of|a variety of|in today's world|in today's fast|here are some|here are a few
    i hope this email finds you|i hope this message finds you|i hope this helps|feel free to|don't hesitate to
    please let me know if|let me know if you|if you have any|i would be happy to|i'd be happy to|i am excited to
    i am writing to express|thank you for reaching out|thank you for your understanding|we understand that
    not only does it|in order to ensure|it is essential to|it's essential to|can help you|by following these
    by doing so|on the other hand|in conclusion it is|in summary the|overall it is|one of the most|such as the
    as well as|can lead to|this can help|make sure to|keep in mind that|when it comes to|at the end of the day
    a sense of|a testament to|stands as a|serves as a|in the realm of|at the heart of|the importance of
    take the time to|is a great way to|there are several|there are many|some of the key|it depends on the
    the following steps|step by step|best practices for|i apologize for the confusion|i apologize for any confusion
    sure here is a|sure here's a|certainly here is a|certainly here's a|certainly here are|sure here are
    i don't have access to real|i do not have access to real|i don't have the ability to
    i do not have the ability to|i cannot assist with
"""
"""Stock phrases; `phrases` counts where one begins."""

SELF = """
    as an ai language model|as an ai i|i am an ai assistant|i'm an ai assistant|as a large language model
    i am a language model|my knowledge cutoff|i cannot fulfill that|i can't fulfill that|i cannot fulfill this
    i can't assist with that|i do not have personal opinions|i don't have personal opinions
    i do not have personal experiences|i don't have personal experiences|trained by openai|i'm just an ai
    i was created by openai
"""
"""What assistants say of themselves, or to whoever asked: left in a text by whoever copied it, or quoted."""

CONTRACTIONS = """
    i'm i've i'd i'll you're you've you'd you'll he's she's it's we're we've we'd we'll they're they've they'd they'll
    that's there's here's what's who's where's how's let's isn't aren't wasn't weren't don't doesn't didn't haven't
    hasn't hadn't won't wouldn't can't couldn't shouldn't mustn't ain't y'all dont doesnt didnt cant wont im ive thats
"""

FIRST_PERSON = "i me my mine myself"

FUNCTION = """
    the be to of and a in that have it for not on with as you do at this but by from they we or an will one all would
    there their what so up out if about who which when can no just into your some could them than other then now only
    its also how our these any because is are was were been has had did may should must
"""
"""Common English words that carry little of what a text is about: how often each is used is a matter of style."""


def listed(table: str) -> list[str]:
    """Return the words of a table."""
    return table.split()


def phrases(table: str) -> list[list[str]]:
    """Return each phrase of a table as its normalised words. Raises `ValueError` for one of less than three words."""
    from scapa.text.words import words

    split = sorted({tuple(words(phrase)) for phrase in table.replace("\n", "|").split("|") if phrase.strip()})
    if any(len(phrase) < 3 for phrase in split):
        raise ValueError(min(split, key=len))
    return [list(phrase) for phrase in split]
