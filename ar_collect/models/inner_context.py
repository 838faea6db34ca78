# Part of ar_collect. License LGPL-3.
"""What we tell ourselves in the context; a browser writes there too, so it must not be believed."""

#: Value of the context keys that leave something out, a check or what follows from a change. It
#: cannot come over the network: nothing but this object counts.
INNER = object()


class InnerText(str):
    """A text in the context that we wrote ourselves: over the network only a plain one comes."""

    __slots__ = ()


class InnerIds(frozenset):
    """Ids in the context that we wrote ourselves: over the network only a list comes."""

    __slots__ = ()


def get_inner_ids(env, key):
    """The ids that we have set in the context ourselves.

    :param Environment env: of the records at work
    :param str key:
    :rtype: frozenset
    """
    value = env.context.get(key)
    return value if isinstance(value, InnerIds) else InnerIds()


def is_inner(env, key):
    """Whether we have set a context key ourselves.

    :param Environment env: of the records at work
    :param str key:
    :rtype: bool
    """
    return env.context.get(key) is INNER
