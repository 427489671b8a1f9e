"""Contenders take turns, so that what disturbs the machine disturbs all of them."""
import statistics
import sys


class Sample(list):
    """Measurements of one thing, in the order they were made."""

    @property
    def median(self):
        return statistics.median(self)

    @property
    def least(self):
        return min(self)

    @property
    def greatest(self):
        return max(self)

    def json(self):
        return {"median": self.median, "min": self.least, "max": self.greatest, "runs": list(self)}


def alternate(contenders, rounds, note):
    """Runs each of `contenders` (name to function, which gives a measurement) once a round; each round begins with
    another one. The first round warms the machine up and is dropped. Gives name to Sample."""
    samples = {name: Sample() for name in contenders}
    names = list(contenders)
    for number in range(rounds + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            value = contenders[name]()
            if number > 0:
                samples[name].append(value)
            note(f"  {'warm-up' if number == 0 else f'round {number}/{rounds}'}: {name} {value:.3f} s")
    return samples


def say(text):
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)
