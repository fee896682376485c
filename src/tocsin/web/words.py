"""Lets the pages speak: puts one language's sentences into a template environment."""

from jinja2 import Environment

from tocsin.basis.words import Words


def speak(environment: Environment, words: Words) -> Environment:
    """Give an environment the sentences of one language, and return it. One environment speaks one language.

    Templates then write {{ _("Sent to %(name)s", name=who) }}, or
    {% trans n=count %}{{ n }} answer{% pluralize %}{{ n }} answers{% endtrans %}. What is filled in is escaped; the
    sentence itself is not.
    """
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True  # the sentence must not change with the template's indentation
    environment.globals["language"] = words.language
    install = environment.install_gettext_callables  # type: ignore[attr-defined]  # given by the extension
    install(words.catalogue.gettext, words.catalogue.ngettext, newstyle=True)
    return environment
