"""The grounds of the United States' Intelligence Community Directive 191, for an agency that is bound by it.

Source: ICD 191, Duty to Warn, 21 July 2015. QUOTED lines were read as the Federation of American Scientists quotes them (Secrecy
News, 24 August 2015); RECALLED lines were not read again.
"""

from tocsin.basis.words import N_
from tocsin.warning.duty.pack import Ground, Pack, Read
from tocsin.warning.duty.side import Side

SOURCE = "ICD 191 (2015)"
IN_DANGER = (Side.VICTIM, Side.PROTECTOR)

ICD_191 = Pack(
    name="icd_191",
    title=N_("Intelligence Community Directive 191"),
    says=N_(
        "The grounds by which an agency of the United States may waive its duty. Some turn on what the victim did."
    ),
    grounds=(
        Ground(
            name="already_aware",
            words=N_("They are aware of the specific threat already."),
            source=SOURCE,
            read=Read.RECALLED,
        ),
        Ground(
            name="takes_part_in_conflict",
            words=N_(
                "They are at risk only because they take part in an insurgency, an insurrection or another armed conflict."
            ),
            source=SOURCE,
            read=Read.QUOTED,
            sides=IN_DANGER,
        ),
        Ground(
            name="violent_criminal",
            words=N_(
                "There is a reasonable basis to believe that the victim is a terrorist or a direct supporter of terrorists, "
                "an assassin, a drug trafficker, or involved in violent crimes."
            ),
            source=SOURCE,
            read=Read.QUOTED,
            sides=IN_DANGER,
        ),
        Ground(
            name="endangers_ours",
            words=N_("To tell them would unduly endanger own personnel, sources, methods or operations."),
            source=SOURCE,
            read=Read.QUOTED,
        ),
        Ground(
            name="endangers_a_partner",
            words=N_("To tell them would unduly endanger those of the foreign government that supplied it."),
            source=SOURCE,
            read=Read.RECALLED,
        ),
        Ground(
            name="no_way",
            words=N_("There is no reasonable way to warn them."),
            source=SOURCE,
            read=Read.RECALLED,
        ),
    ),
)
