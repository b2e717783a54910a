from math import log2

import pytest

from eval import metrics
from eval.questions import Evidence, Question
from eval.wording import letters, numbers, plain, words

PAGES = {
    "paged.pdf": [
        "Of 416 children, 8.5% were\r\nplaced out\ufffe\r\nside Newham. They wait",
        "1\r\nfar too long. End.",
    ],
    "flat.md": ["One page. “Only” one."],
}


def page_text(document, page):
    pages = PAGES.get(document, [])
    return pages[page] if page < len(pages) else None


def asked(kind="fact", evidence=(), must_include=(("five",),)):
    return Question("q", "How many?", kind, tuple(evidence), "", must_include)


def passage(text, document="a.pdf"):
    return {"document": document, "page": 1, "text": text}


def ten(start=0):
    return " ".join(f"w{i}" for i in range(start, start + 10))


# ── wording ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_plain_is_blind_to_type_and_layout():
    assert (
        plain("  The\r\n“\ufb01rst”  Board\u2019s long\u00ad\n te\u200brm \u2013 ") == 'the "first" board\'s longterm -'
    )


def test_words_join_at_hyphens():
    assert words("A multi-agency multi\ufffe\nagency plan") == ["a", "multiagency", "multiagency", "plan"]
    assert words("8.5%") == ["8", "5"]


def test_letters_keep_what_separates_digits():
    assert letters("8.5 % of 1,200. All, in_all") == "8.5of1,200allinall"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8.5% of 1,200 in 2019.", ["8.5", "1,200", "2019"]),
        ("Twelve, one; thirteen", ["12", "1"]),
        ("someone alone, twenty-one [3] [12]", ["1"]),
        ("5 and 5", ["5", "5"]),
        ("", []),
    ],
)
def test_numbers_are_whole(text, expected):
    assert numbers(text) == expected


# ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_evidence_needs_nine_tenths_of_its_words():
    nine = " ".join(ten().split()[:9])
    eight = " ".join(ten().split()[:8])
    assert metrics.rank(Evidence("a.pdf", 1, ten()), [passage(nine)]) == 1
    assert metrics.rank(Evidence("a.pdf", 1, ten()), [passage(eight)]) is None


def test_two_passages_hold_it_together_where_one_holds_nearly_half():
    evidence = Evidence("a.pdf", 1, ten())
    halves = [passage(" ".join(ten().split()[:5])), passage(" ".join(ten().split()[5:]))]
    thirds = [passage(" ".join(ten().split()[i : i + 3])) for i in (0, 3, 6)] + [passage("w9")]
    assert metrics.rank(evidence, [passage("else"), *halves]) == 3
    assert metrics.rank(evidence, thirds) is None


def test_only_two_hundred_words_of_a_passage_count():
    evidence = Evidence("a.pdf", 1, ten())
    assert metrics.rank(evidence, [passage("x " * 190 + ten())]) == 1
    assert metrics.rank(evidence, [passage("x " * 192 + ten())]) is None


def test_only_ten_passages_count():
    evidence = Evidence("a.pdf", 1, ten())
    assert metrics.rank(evidence, [passage("x")] * 9 + [passage(ten())]) == 10
    eleventh = [passage("x")] * 10 + [passage(ten())]
    assert metrics.rank(evidence, eleventh) is None
    assert metrics.rank(evidence, eleventh, 20) == 11
    assert metrics.ranks(asked(evidence=[evidence]), {"passages": eleventh}, 20) == (11,)


def test_another_paper_does_not_count_but_its_twin_and_an_alternative_do():
    text, pdf = next(iter(metrics.SAME_PAPER.items()))
    other = Evidence("b.pdf", 2, ten(10))
    evidence = Evidence(text, None, ten(), (other,))
    assert metrics.rank(evidence, [passage(ten())]) is None
    assert metrics.rank(evidence, [passage(ten(), pdf)]) == 1
    assert metrics.rank(evidence, [passage("x"), passage(ten(10), "b.pdf"), passage(ten(), pdf)]) == 2
    assert not metrics.same_paper(text, "b.pdf")


def test_ranks_of_a_record_without_passages():
    question = asked(evidence=[Evidence("a.pdf", 1, ten())])
    assert metrics.ranks(question, {}) == (None,)
    assert metrics.ranks(question, {"passages": [{}]}) == (None,)


@pytest.mark.parametrize(
    ("ranks", "k", "expected"), [((1, 3, None), 1, 1 / 3), ((1, 3, None), 3, 2 / 3), ((10,), 10, 1), ((), 10, 0)]
)
def test_recall(ranks, k, expected):
    assert metrics.recall(ranks, k) == expected


@pytest.mark.parametrize(
    ("ranks", "expected"), [((4, 2, None), 1 / 2), ((1,), 1), ((11, 12), 0), ((None,), 0), ((), 0)]
)
def test_reciprocal_rank(ranks, expected):
    assert metrics.reciprocal_rank(ranks) == expected


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        ((), 0),
        ((None,), 0),
        ((1,), 1),
        ((3,), (1 / log2(4)) / (1 / log2(2))),
        ((2, None), (1 / log2(3)) / (1 / log2(2) + 1 / log2(3))),
        ((5, 1), (1 / log2(2) + 1 / log2(6)) / (1 / log2(2) + 1 / log2(3))),
        ((1, 1), 1),  # one passage that holds two pieces is no better than the ideal of two passages
        ((3, 3), (1 / log2(4) + 1 / log2(4)) / (1 / log2(2) + 1 / log2(3))),
    ],
)
def test_ndcg(ranks, expected):
    assert metrics.ndcg(ranks) == pytest.approx(expected)


def test_ndcg_cuts_off_at_k():
    assert metrics.ndcg((3,), k=2) == 0
    assert metrics.ndcg((1,) * 12) == pytest.approx(1)


# ── answering ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_right_needs_every_fact_in_one_of_its_wordings():
    question = asked(must_include=(("five", "5"), ("the “Board”",)))
    assert metrics.right(question, {"answer": 'There were 5, said the \n"board" [1]'})
    assert not metrics.right(question, {"answer": "There were 5 [1]"})
    assert not metrics.right(question, {"answer": ""})


@pytest.mark.parametrize("fault", [{"abstained": True}, {"error": "ValueError"}])
def test_an_abstention_or_an_error_is_not_right(fault):
    assert not metrics.right(asked(), {"answer": "five", "abstained": False} | fault)


@pytest.mark.parametrize(("kind", "limit"), [("fact", 120), ("reason", 120), ("list", 250), ("compare", 250)])
def test_a_right_answer_is_short(kind, limit):
    assert metrics.right(asked(kind), {"answer": "five " * limit})
    assert not metrics.right(asked(kind), {"answer": "five " * (limit + 1)})


def test_an_empty_answer_that_says_nothing_of_itself_is_an_abstention():
    assert metrics.abstained({})
    assert metrics.abstained({"answer": ""})
    assert not metrics.abstained({"answer": "five"})
    assert not metrics.abstained({"abstained": False})


def quoting(*quotes, page=1, document="a.pdf", text="It says."):
    cited = [{"document": document, "page": page, "quote": quote} for quote in quotes]
    return {"claims": [{"text": text, "citations": cited}]}


def test_quotes_cover_evidence_with_six_tenths_of_its_words_together():
    question = asked(evidence=[Evidence("a.pdf", 4, ten())])
    assert metrics.cites_evidence(question, quoting("w0 w1 w2", "w3 w4 w5", page=4)) == 1
    assert metrics.cites_evidence(question, quoting("w0 w1 w2", "w3 w4", page=4)) == 0
    assert metrics.cites_evidence(question, quoting(ten(), page=4, document="b.pdf")) == 0


def test_quotes_from_the_next_page_or_without_a_page_count():
    question = asked(evidence=[Evidence("a.pdf", 4, ten())])
    pageless = asked(evidence=[Evidence("a.pdf", None, ten())])
    covered = {page: metrics.cites_evidence(question, quoting(ten(), page=page)) for page in (2, 3, 4, 5, 6, None)}
    assert covered == {2: 0, 3: 1, 4: 1, 5: 1, 6: 0, None: 1}
    assert metrics.cites_evidence(pageless, quoting(ten(), page=9)) == 1


def test_the_share_of_the_evidence_is_counted_in_pieces():
    other = Evidence("b.pdf", 1, ten(50), (Evidence("a.pdf", 1, ten(20)),))
    question = asked(evidence=[Evidence("a.pdf", 1, ten()), other, Evidence("c.pdf", 1, ten(80))])
    assert metrics.cites_evidence(question, quoting(ten())) == 1 / 3
    assert metrics.cites_evidence(question, quoting(ten(), ten(20))) == 2 / 3
    assert metrics.cites_evidence(question, {}) == 0
    assert metrics.cites_evidence(asked(), {}) == 0


def test_claims_without_citation():
    claims = [{"text": "a", "citations": []}, {"text": "b"}, {"text": "c", "citations": [{"quote": "c"}]}]
    assert metrics.claims_without_citation({"claims": claims}) == 2
    assert metrics.claims_without_citation({}) == 0


def test_a_figure_must_be_whole_in_a_quote_of_its_own_claim():
    claims = quoting("Of 416, 8.5% and six", text="6 of the 416, so 5 [1]")["claims"]
    claims += quoting("5", text="416")["claims"]
    assert metrics.figures_held({"claims": claims}) == (2, 4)
    assert metrics.figures_held({"claims": [{"text": "no figure"}]}) == (0, 0)
    assert metrics.figures_held({}) == (0, 0)


# ── quoting ──────────────────────────────────────────────────────────────────────────────────────────────────────


def cited(quote, page=1, document="paged.pdf", **more):
    return {"document": document, "page": page, "quote": quote} | more


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        (cited("8.5% were placed out\ufffe\nside Newham"), True),
        (cited("8.5% were placed outside Newham"), True),
        (cited("85% were placed outside Newham"), False),
        (cited("8.5% were placed outside Newham", page=2), False),
        (cited("8.5% were placed outside Newham", page=0), False),
        (cited("8.5% were placed outside Newham", page=3), False),
        (cited("8.5% were placed outside Newham", page="1"), False),
        (cited("8.5% were placed outside Newham", page=None), False),
        (cited("8.5% were placed outside Newham", document="gone.pdf"), False),
        (cited("side Newham. They wait 1 far too long"), True),  # over the page break, page number and all
        (cited("side Newham. They wait far too long"), True),  # what is skipped on the next page does not matter
        (cited("Newham. They wait far too"), False),  # seven letters only on the second page
        (cited("side Newham. They wait far too short"), False),
        (cited("far too long. Of 416 children", page=2), False),
        (cited("'Only' one", page=None, document="flat.md"), True),
        (cited("“Only” one", page=1, document="flat.md"), True),
        (cited("“Only” one", page=2, document="flat.md"), False),
        (cited("…"), False),
        (cited(""), False),
        ({}, False),
    ],
)
def test_verbatim(citation, expected):
    assert metrics.verbatim(citation, page_text) is expected


def test_a_cut_is_found_wherever_it_is():
    quote = "abcdefghijklmnopqrstuvwxyz"
    for cut in range(len(quote) + 1):
        stands = metrics._runs_on(quote, f"00{quote[:cut]}", f"{quote[cut:]}00")
        assert stands is (8 <= cut <= len(quote) - 8), cut
    assert not metrics._runs_on("short", "short", "short")


TEXT = PAGES["paged.pdf"][0]


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        (cited(TEXT[3:16], start=3, end=16), True),
        (cited(TEXT[3:16], start=4, end=17), False),
        (cited(TEXT[3:16].upper(), start=3, end=16), False),
        (cited(TEXT[17:45], start=17, end=45), True),
        (cited(" ".join(TEXT[17:45].split()), start=17, end=45), False),  # the line break is part of the page
        (cited(TEXT[-4:], start=-4, end=len(TEXT)), False),
        (cited("", start=3, end=3), False),
        (cited(TEXT[3:16], start=3.0, end=16), False),
        (cited(TEXT[3:16]), False),
        (cited(TEXT[3:16], page=2, start=3, end=16), False),
        (cited(TEXT[3:16], page=0, start=3, end=16), False),
        (cited(TEXT[3:16], document="gone.pdf", start=3, end=16), False),
        (cited("One page", page=None, document="flat.md", start=0, end=8), True),
        ({}, False),
    ],
)
def test_at_span(citation, expected):
    assert metrics.at_span(citation, page_text) is expected


# ── abstaining, time ─────────────────────────────────────────────────────────────────────────────────────────────


def test_abstaining():
    assert metrics.abstain_recall(3, 4) == 3 / 4
    assert metrics.abstain_precision(3, 2) == 3 / (3 + 2)
    assert metrics.answerable_refused(2, 50) == 2 / 50
    assert metrics.abstain_recall(0, 0) is None
    assert metrics.abstain_precision(0, 0) is None
    assert metrics.answerable_refused(0, 0) is None


def test_mean():
    assert metrics.mean([]) is None
    assert metrics.mean([True]) == 1
    assert metrics.mean(iter([1, 0, 0])) == pytest.approx(1 / 3)


def test_percentiles():
    assert metrics.p50([]) is None
    assert metrics.p95([]) is None
    assert metrics.p50([2.5]) == metrics.p95([2.5]) == 2.5
    assert metrics.p50([4, 1, 2, 3]) == (2 + 3) / 2
    assert metrics.p95(list(range(100, 0, -1))) == sorted(range(1, 101))[int(0.95 * 99)] == 95
