"""What postings say where: the phrases by which headings, sentences and conditions are known.

Each is a regular expression of a few words; `any_of` puts them together, so that they can be read and added to here.
"""

import re
from collections.abc import Sequence

REQUIREMENTS, NICE, DUTIES = "requirements", "nice to have", "responsibilities"
ABOUT, BENEFITS, OTHER, UNNEEDED = "about", "benefits", "other", "not needed"


def any_of(phrases: str) -> str:
    """A regular expression that fits any of some phrases, which end at a semicolon or a line."""
    return "|".join(phrase.strip() for phrase in re.split(r";|\n", phrases.strip()) if phrase.strip())


def _compiled(named: Sequence[tuple[str, str]]) -> list[tuple[str, re.Pattern[str]]]:
    return [(section, re.compile(any_of(phrases), re.IGNORECASE)) for section, phrases in named]


HEADINGS = _compiled(
    [
        (
            ABOUT,
            r"""
                ^(?:the |our )?company (?:profile|overview|description|summary)
            """,
        ),
        (
            NICE,
            r"""
                not (?:required|essential|needed|a must),? but; ^helpful\b; ^should$; ^could$; not mind
                make us (?:grin|smile|happy); value additions?; added value; additional marks; award criteria
                appreciat; handy; no must; pleased by; of interest; valued on top; better if
            """,
        ),
        (
            UNNEEDED,
            r"""
                (?:do not|don't|won't|will not|needn't|no) (?:need|have to|look)
                not (?:needed|required|necessary|looking for|for); (?:aren't|are not|not) looking
                not (?:look|ask|count)\b; not (?:\w+ )?after\b; \b(?:can|could) do without
                (?:does not|doesn't) matter
            """,
        ),
        (
            NICE,
            r"""
                nice; bonus; beneficial; preferably; cherry; also (?:good|great|useful); good to have; great to have
                desirable; desired; preferred; preferable; \bplus(?:es)?\b; \bextras?\b; icing
                \b(?:might|may|could) (?:also|have|bring); (?:also|even) (?:like|love|have|had|bring|better)
                advantag; optional; (?:would|'d) be (?:\w+ )?(?:nice|great|good|lovely|useful|welcome|ideal)
                ideally; brownie; stand out; sets? you apart; \bhelp\b; also welcome; \bassets?\b
                additional (?:skills|requirements); \bcan wait\b; you may be able
            """,
        ),
        (
            BENEFITS,
            r"""
                benefits?\b; perks?; in it for you; look forward to; ^(?:working )?conditions$; in exchange
                from us$; \boffers?\b; (?:you|i)(?:'ll|'d| will| would| can)? (?:get|receive)\b
                \bwe (?:give|pay|provide)\b; in return; compensation; salary; \bpay\b; package; rewards?
                why (?:join|work|us|you); life at; remuneration; the deal; good stuff; working here; for you$
            """,
        ),
        (
            OTHER,
            r"""
                (?<!can )\bapply\b; enquir; application process
                (?:hiring|interview|recruitment|selection) (?:process|steps|stages); next steps; \bcontact
                equal opportunit; \beeo\b; diversity; inclusion; \blegal\b; privacy; happens next; location
                start date; does it start; \bhours\b; department; closing date; deadline; reasonable adjustments
                agencies; looking to hire; need help; get started; average salary; \bterms\b; the process
            """,
        ),
        (
            DUTIES,
            r"""
                responsib; be up to\b; scope of; \bfunctions\b; \bduties\b; area of work; \btasks\b
                will(?: you| i)?(?: be)? (?:do|doing|work|own|build)\b; going to do; would do
                'll(?: be)? (?:do|doing|work|own|build)
                ^(?:about )?(?:the |this |your )?(?:role|job|position|mission|challenge|work|plate)\b
                (?:what's|is) the job; on your plate; the (?:job|role)\b; this (?:job|role)
                your (?:role|job|mission|work|day|days|week|task); ^you'?(?:'ll|'d| will| would)(?: be)?\W*$
                day[ -]to[ -]day; typical (?:day|week); job (?:description|purpose|summary)
                (?:role|position) (?:overview|summary|purpose); main purpose; contribute; accountabilit; \bpurpose\b
                \bscope\b
            """,
        ),
        (
            REQUIREMENTS,
            r"""
                requirements?; prerequisites?; like to see; count on; ^you$; recogni[sz]e yourself
                special conditions; physical demands; can't do without; notice period; conditions of; \bmusts?\b
                must[ -]ha; \bneed\b; \bbring\b; require; expect; essential; skills?; qualif; criteria; competenc
                experience; knowledge; education; certificat; technolog; \bstack\b; profile; candidate
                specification; looking for; \bask\b; \bhope\b; who you are; about you
                you(?:'ll|'d| will| would| should)? (?:have|are|know|can); can apply; the person; you should
                minimum; behaviours; technical; toolkit; \bbasics\b; show us; \bwant\b; your background
            """,
        ),
        (
            ABOUT,
            r"""
                about; background; problem; who (?:we|us); who's; the (?:company|team|firm|client|business|project)
                \bour\b; company; introduction; overview; summary; where you; what (?:is|are|does); story; culture
                values
            """,
        ),
    ]
)
"""What a heading says of what it heads; the first that fits counts."""

OPENINGS = _compiled(
    [
        (
            OTHER,
            r"""
                to apply; apply\b; please (?:send|apply|write|email); send (?:us )?(?:your|a); write to
                if (?:that|this|you think|it) (?:sounds|is you); interested\?; no agencies; agencies; the closing
                we(?:'d| would) be glad to hear; (?:we|\w+) welcomes? applications; applications?\b; interviews?\b
                reasonable adjustments
            """,
        ),
        (
            BENEFITS,
            r"""
                (?:we|we'll|we will) (?:offer|pay|provide|give); in return; the salary; salary
                you(?:'ll| will) (?:get|receive|be paid|earn); benefits; the (?:pay|package); what you get
            """,
        ),
        (
            NICE,
            r"""
                ideally; bonus points; nice to have; it (?:would|will|'d|helps)
                we(?:'d| would) (?:also )?(?:love|like|prefer|be (?:glad|happy|delighted))
                if you (?:also|had also|have also); preferably; a plus; also welcome; (?:you|it) (?:might|may) also
                extra points
            """,
        ),
        (
            REQUIREMENTS,
            r"""
                we (?:expect|ask|need|look|want|require|care (?:more )?about|hope|are looking for)
                we(?:'re looking for|'d expect); you(?:'ll| will)? (?:should|must|need|have|know|bring|can)
                you are (?:expected|at home|fluent|familiar|comfortable|someone|somebody|a)
                what (?:we|you) (?:ask|need|want|expect)
                (?:the )?(?:ideal |right |successful )?(?:applicants?|candidates?|person)\b; experience\b
                knowledge\b; required; minimum; above all you; in short, you
            """,
        ),
        (
            DUTIES,
            r"""
                (?:in this (?:role|job),? )?you(?:'ll| will| would|'d)\b; as (?:an? |our |the )?[^,.]{3,40},? you
                in your first; from (?:the|your) first; your (?:work|job|role|day|task); day to day
                the (?:job|role|work) (?:is|means|includes|involves); responsibilities include; together with
            """,
        ),
        (
            ABOUT,
            r"""
                our (?:customers|clients|users|company|office)\b; we (?:are|were|make|have been)\b; founded\b
                the company
            """,
        ),
    ]
)
"""How a sentence begins that opens a section of running text."""

_PRAISE = (
    "an?|the|some|very|your|proven|strong|solid|good|great|excellent|deep|sound|prior|working|basic|hands[ -]on|"
    "in[ -]depth|advanced|practical|demonstrable|extensive|relevant|commercial|professional"
)
CONTENT = _compiled(
    [
        (
            BENEFITS,
            r"""
                [£$€¥] ?\d; \d ?(?:k|%|eur|usd|gbp|days)\b
                \b(?:holidays?|pension|insurance|vacation|leave|salary)\b; \b(?:gym|lunch)\b
                \b(?:equity|shares|stock|home office|parental|allowance|budget|discount|bike)\b
            """,
        ),
        (
            REQUIREMENTS,
            rf"""
                ^(?:(?:{_PRAISE}) )*(?:experience|knowledge|understanding|familiar|proficien|ability|skill|degree)
                ^(?:(?:{_PRAISE}) )*(?:command|grasp|background|expertise|fluen|track record|passion|interest|eye)
                ^(?:(?:{_PRAISE}) )*(?:attention|bachelor|master)
                ^(?:\d|at least|minimum|several|comfortable|confident|able to|must)
                ^you (?:have|are|know|can|bring|enjoy|like)\b
                \b(?:experience|knowledge|understanding|skills|proficiency|familiarity|certifi\w+)\b
            """,
        ),
        (
            DUTIES,
            r"""
                ^(?:you (?:will |would )?)?(?:design|develop|build|write|maintain|work|collaborate|lead|support|help)
                ^(?:review|mentor|take|run|improve|create|manage|participate|analy[sz]e|deliver|contribute|plan|ensure)
                ^(?:optimi[sz]e|integrate|monitor|troubleshoot|coordinate|define|document|migrate|automate|keep|make)
                ^(?:implement|test|conduct|own)
            """,
        ),
    ]
)
"""What the lines below a heading are like that says nothing of what they are."""

# What a clause says of its requirements ----------------------------------------------------------------------------


def _whole(phrases: str, before: str = r"\b", after: str = r"\b") -> re.Pattern[str]:
    return re.compile(f"{before}(?:{any_of(phrases)}){after}", re.IGNORECASE)


WORK = _whole(
    r"""
        you(?:'ll| will| would|'d)?(?: \w+){0,3}? (?:work|build|write|use|develop|maintain|own|run|design|join)
        (?:we|you|our team|the team)(?:'re| are)? (?:currently )?(?:use|work(?:ing)? (?:with|in|on)|code in|build with)
        (?:our|the) (?:(?:tech(?:nology)? )?stack|technologies|backend|platform|codebase)\b.* (?:is|are|runs?|consists?)
    """
)
"""What makes a sentence about the company one about the work."""

UNWANTED_BEFORE = _whole(
    r"no; without; not; never; neither; nor; than; instead of; rather than; other than; away from; goodbye to; rid of;"
    r"free of; stopped using; abandoned; dropped; retired; left behind",
    after=r"(?: (?:any|an?|the|need for|need of|use of|using|prior|previous|existing|specific|particular|formal|"
    r"more|commercial|hands[ -]on|deep|our|old|know|knowing|to|is|are))* ?[\"“(']?$",
)
"""What stands right before something that is not wanted."""

UNWANTED_AFTER = re.compile(
    r"^[^.;]{0,40}?\b(?:(?:is|are|was) (?:not|n't|never|no longer)|isn't|aren't|not) (?:\w+ )?(?:needed|required|"
    r"necessary|essential|expected|important|a must|a requirement|used|mandatory|wanted|for us)\b|"
    r"^[^.;,]{0,60}?\b(?:is |are )?(?:unnecessary|not needed|no requirement|can wait)\b|"
    r"^[^.;]{0,60}?\bwill not be considered\b",
    re.IGNORECASE,
)
"""What follows something that is not wanted."""

NOT_NEEDED = re.compile(
    r"\b(?:do not|don't|does not|doesn't|need not|needn't|won't|will not|no need|not necessary|not necessarily|nobody|"
    r"no one|not|never) (?:\w+ )?(?:need|have|has|to have|to know|know|require|expect(?:ed|s)?|ask|use|touch|care|mind|"
    r"to be|want|be asked|look(?:ing)? for)\b(?P<rest>[^.;:]*)$",
    re.IGNORECASE,
)
"""What makes all that follows in a sentence unneeded, unless it turns."""

CONTRAST = _whole(r"but; however; though; although")
"""What begins the other half of a sentence."""

TURN = _whole(r"but; however; though; although; yet; just; only; if you; as long as; because")
"""What makes a sentence that spoke of what is not needed speak of something else."""

OF_OTHERS = re.compile(r", who\b[^,.;]{0,60}$", re.IGNORECASE)
"""What colleagues do: `our designers, who write their own`."""

SOFT = _whole(
    r"""
        nice[ -]to[ -]have; good to have; would be (?:an? )?\w+; (?:would|'d) prefer; by no means; not essential
        not a must; (?:is|are|as) (?:an? )?(?:\w+ )?(?:plus|bonus|advantage|asset)
        (?:an?|big|huge|strong|real) (?:plus|bonus|advantage|asset)
        (?:is|are) (?:highly |strongly |much )?(?:welcome|useful|helpful|appreciated); preferred; desirable; desired
        beneficial; advantageous; optional
        (?:would|will|may|might|can) (?:also )?help\b(?! (?:us|you|to|the|our|with)\b)
        (?:willing(?:ness)?|the will) to learn; looked (?:up)?on (?:kindly|favou?rably); bonus; we will teach
        (?:keen|eager|happy|ready) to learn
    """
)
"""What makes what a part of a clause asks for welcome rather than needed."""

SOFT_AHEAD = _whole(
    r"ideally; preferably; bonus(?: points)?(?: for| if)?; a plus(?::| is| if); even better; extra points;"
    r"interest(?:ed)? in"
)
"""What makes what follows welcome rather than needed."""

PART = re.compile(r";|\. |\bbut\b|, (?=(?:ideally|preferably|and ideally|with|plus|bonus))|\(|\)|\band ideally\b")
"""Where a clause has parts, of which each may be asked for more or less."""

WORKED = _whole(
    r"experienced?; work(?:ing|ed)?; develop\w*; engineer\w*; background; industry; building; role; as an?; practice"
)
"""What a figure of years is about where it names no field."""

EXAMPLES = re.compile(
    r"\b(?:such as|like|e\.?g\.?|for example|for instance|one of|any of|either|one or more of|at least one)[:,]?\s*"
    r"(?:the following:?\s*)?[(\"“']?$",
    re.IGNORECASE,
)
"""What stands before examples, of which one will do."""

JOINT = re.compile(
    r"^[\s,/()\"“”']*(?:\([^)]*\)\s*)?(?:[\w.+#-]+(?: [\w.+#-]+)?\s*,\s*){0,3}(?:[\w.+#-]+\s+(?=or\b))?"
    r"(?:(?:and/or|or|and)\b)?[\s,/(\"“']*(?:(?:the|an?|some|a little|another|other|similar)\s)?$",
    re.IGNORECASE,
)
"""What stands between two things of one list, with things that nobody knows."""

OR_MORE = re.compile(r"^[\s\w.+#-]{0,20},? or\b", re.IGNORECASE)
"""What follows the last known thing of a list of which one will do."""
