# Part of ar_collect. License LGPL-3.
"""The speech model that works on this machine; loaded in the process of a worker only."""

from moonshine_voice import ModelArch, Transcriber, get_model_path

#: Sound and speakers are not asked back.
OPTIONS = {"return_audio_data": "false", "identify_speakers": "false"}
#: Kept until the process ends: freeing the model crashes in this version.
_kept = []


def load():
    """Load the model of the package.

    :return: function of samples and rate that gives (start, end, text) for each sentence
    """
    transcriber = Transcriber(str(get_model_path("tiny-en")), ModelArch.TINY, options=OPTIONS)
    _kept.append(transcriber)

    def recognise(samples, rate):
        transcript = transcriber.transcribe_without_streaming(samples.tolist(), rate)
        for line in transcript.lines:
            if text := line.text.strip():
                yield line.start_time, line.start_time + line.duration, text

    return recognise
