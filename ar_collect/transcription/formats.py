# Part of ar_collect. License LGPL-3.
"""What an audio file is by its content; its name may say anything."""

#: Mimetype and usual ending of what can be uploaded.
EXTENSIONS = {
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/webm": "webm",
}
#: Bytes from the beginning that :func:`sniff` needs.
HEAD_SIZE = 64


def sniff(head):
    """Tell the kind of a file.

    :param bytes head: the beginning of the file, :data:`HEAD_SIZE` bytes when there are so many
    :return str|None: the mimetype, None for what is no audio file of a known kind

    >>> sniff(b"RIFF" + bytes(4) + b"WAVEfmt ")
    'audio/wav'
    >>> sniff(b"OggS" + bytes(24) + b"OpusHead")
    'audio/ogg'
    >>> sniff(bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d"))
    'audio/webm'
    >>> sniff(bytes(4) + b"ftypM4A ")
    'audio/mp4'
    >>> sniff(b"ID3" + bytes([4, 0, 0])), sniff(bytes([0xFF, 0xFB, 0x90, 0x44]))
    ('audio/mpeg', 'audio/mpeg')
    >>> sniff(b"Dear Sir or Madam"), sniff(b""), sniff(b"%PDF-1.7"), sniff(bytes([0xFF, 0xD8, 0xFF]))
    (None, None, None, None)
    """
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:4] == b"OggS":
        return "audio/ogg"
    if head[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in head[:HEAD_SIZE]:
        return "audio/webm"
    if head[4:8] == b"ftyp":
        return "audio/mp4"
    if head[:3] == b"ID3" or _is_mpeg_frame(head):
        return "audio/mpeg"
    return None


def _is_mpeg_frame(head):
    """Whether this is the header of an MPEG audio frame of layer III.

    >>> _is_mpeg_frame(bytes([0xFF, 0xFB, 0x90])), _is_mpeg_frame(bytes([0xFF, 0xFB, 0xF0]))
    (True, False)
    """
    if len(head) < 3 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bitrate not in {0, 15} and rate != 3
