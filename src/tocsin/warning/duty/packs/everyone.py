"""The pack that holds where nobody chose another: everyone whose life is in danger is warned, whatever they did."""

from tocsin.basis.words import N_
from tocsin.warning.duty.pack import Ground, Pack, Read
from tocsin.warning.duty.side import Side

OURS = "Tocsin"

EVERYONE = Pack(
    name="everyone",
    title=N_("Everyone is warned"),
    says=N_("Everyone whose life is in danger is warned. Nobody is left out for what they did, believe or are."),
    grounds=(
        Ground(
            name="already_aware",
            words=N_("They know of this very threat already, and it is known that they do."),
            source=OURS,
            read=Read.OURS,
        ),
        Ground(
            name="costs_a_life",
            words=N_(
                "To tell them would cost somebody else's life, and neither other words nor another way prevents it."
            ),
            source=OURS,
            read=Read.OURS,
        ),
        Ground(
            name="no_way",
            words=N_("There is no reasonable way to reach them. What was tried is written down."),
            source=OURS,
            read=Read.OURS,
        ),
        Ground(
            name="distrusted_host",
            words=N_("The host may be complicit or leak, and telling it would bring those in danger into more."),
            source=OURS,
            read=Read.OURS,
            sides=(Side.HOST, Side.PROTECTOR),
            distrusted=True,
        ),
    ),
)
