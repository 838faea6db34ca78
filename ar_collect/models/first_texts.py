# Part of ar_collect. License LGPL-3.

#: Texts that are named one by one.
NAMED = 5


def get_first(env, texts):
    """The first of several texts, and how many more there are.

    :param Environment env: of the language
    :param iterable texts: str
    :rtype: list
    """
    texts = list(texts)
    if len(texts) > NAMED:
        texts[NAMED:] = [env._("and %s more", len(texts) - NAMED)]
    return texts
