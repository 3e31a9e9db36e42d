"""What was learnt of one principal and of one resource: what they are used to, in a fixed room each.

What is done in one sitting is compared with the sittings before it, so that what is new stays new until the sitting
is over. A surprise is in nats: one of n is what an event of probability exp(-n) deserves.
"""

import math

_UNSEEN = 0.5  # of a count, for what was never seen
_HOUR = 3600
#: A sitting is over after so many seconds without a call, or when it has lasted so long.
_PAUSE = _HOUR
_LONGEST = 8 * _HOUR
#: Weights of the newest hour in what is usual in an hour.
_WEIGHT = 0.1
#: So often a slot of the week must have been seen before its own rate counts.
_SLOT_KNOWN = 3
#: More surprising than this is nothing.
_MOST = 20.0
_MONDAY = 3  # the day of the week, from Monday, on which the seconds begin to count


class Habit:
    """What somebody uses (addresses, operations, clients): anything new is the rarer the more seldom it was new."""

    __slots__ = ("_fresh", "_known", "_most", "_novel")

    def __init__(self, most: int) -> None:
        """`most`: things that are remembered; those known for longest are forgotten."""
        self._known: dict[str, None] = {}
        self._fresh: dict[str, None] = {}
        self._novel = 0
        self._most = most

    def is_new(self, thing: str) -> bool:
        """Whether no sitting before this one had it."""
        if thing in self._known:
            return False
        if len(self._fresh) < self._most:
            self._fresh[thing] = None
        return True

    def surprise(self, sittings: int) -> float:
        """Of something new, after so many sittings."""
        return -math.log((self._novel + _UNSEEN) / (sittings + 1))

    def end_sitting(self) -> None:
        """What was new is known from now on."""
        if not self._fresh:
            return
        self._novel += 1
        self._known |= self._fresh
        self._fresh.clear()
        while len(self._known) > self._most:
            del self._known[next(iter(self._known))]


class Hours:
    """When somebody is active, by hour of the day on working days and at weekends, and how much is written then."""

    __slots__ = ("_active", "_excess", "_hour", "_in_slot", "_mean", "_rate_surprise", "_slot_means", "_writes")

    def __init__(self) -> None:
        self._hour = -1
        self._writes = 0
        self._rate_surprise = 0.0
        self._active = 0
        self._in_slot = [0] * 48
        self._mean = 0.0
        self._slot_means = [0.0] * 48
        self._excess = 1.0  # variance beyond a Poisson's, in squares of the mean

    @property
    def writes(self) -> int:
        """In this hour so far."""
        return self._writes

    @property
    def slot(self) -> str:
        """The hour in words: `03:00 to 04:00 UTC on working days`."""
        hour = self._hour % 24
        days = "working days" if _slot(self._hour) < 24 else "weekends"
        return f"{hour:02}:00 to {(hour + 1) % 24:02}:00 UTC on {days}"

    @property
    def usual(self) -> float:
        """Writes in an active hour such as this."""
        slot = _slot(self._hour)
        return self._slot_means[slot] if self._in_slot[slot] >= _SLOT_KNOWN else self._mean

    def add(self, seconds: float, writes: bool) -> None:
        """Counts a call."""
        hour = int(seconds) // _HOUR
        if hour > self._hour:
            self._end_hour()
            self._hour = hour
            self._writes = 0
            self._rate_surprise = 0.0
        if writes:
            self._writes += 1
            if self._writes >= 8 and self._writes & (self._writes - 1) == 0:  # as it doubles: often enough
                self._rate_surprise = _tail(self._writes, self.usual, self._excess)

    def rate_surprise(self) -> float:
        """Of as many writes in this hour."""
        return self._rate_surprise

    def hour_surprise(self) -> float:
        """Of being active at this hour, against one who is active at any."""
        slot = _slot(self._hour)
        first = slot - slot % 24
        around = sum(self._in_slot[first + (slot + step) % 24] for step in (-1, 0, 1))
        by_chance = self._active * (3 / 24) * (5 / 7 if first == 0 else 2 / 7)
        return max(0.0, -math.log((around + _UNSEEN) / (by_chance + _UNSEEN)))

    def _end_hour(self) -> None:
        if self._hour < 0:
            return
        slot, usual = _slot(self._hour), self.usual
        self._active += 1
        self._in_slot[slot] += 1
        if usual > 0:
            beyond = (self._writes - usual) ** 2 - usual
            self._excess += _WEIGHT * ((beyond / usual**2 if beyond > 0 else 0.0) - self._excess)
        self._mean += max(_WEIGHT, 1 / self._active) * (self._writes - self._mean)
        weight = max(_WEIGHT, 1 / self._in_slot[slot])
        self._slot_means[slot] += weight * (self._writes - self._slot_means[slot])


class Principal:
    """What is known of one principal."""

    __slots__ = (
        "_last", "_started", "addresses", "calls", "clients", "first_at", "hours", "networks", "operations", "sittings",
    )  # fmt: skip

    def __init__(self, seconds: float) -> None:
        self.first_at = seconds
        self._started = seconds
        self._last = seconds
        self.calls = 0
        self.sittings = 0
        self.addresses = Habit(64)
        self.networks = Habit(64)
        self.operations = Habit(512)
        self.clients = Habit(8)
        self.hours = Hours()

    def days(self, seconds: float) -> int:
        """Whole days since the first call."""
        return int(seconds - self.first_at) // (24 * _HOUR)

    def add(self, seconds: float, writes: bool) -> None:
        """Counts a call, which may begin a new sitting."""
        if seconds - self._last > _PAUSE or seconds - self._started > _LONGEST:
            self._started = seconds
            self.sittings += 1
            for habit in (self.addresses, self.networks, self.operations, self.clients):
                habit.end_sitting()
        if seconds > self._last:
            self._last = seconds
        self.calls += 1
        self.hours.add(seconds, writes)


class Written:
    """Who writes one resource."""

    __slots__ = ("_novel", "_visits", "_writers", "first_at")

    _MOST = 16

    def __init__(self, seconds: float) -> None:
        self.first_at = seconds
        self._writers: dict[str, tuple[int, int]] = {}  # the sittings of the first write and of the last
        self._novel = 0
        self._visits = 0

    def surprise(self, principal: str, sitting: int) -> float:
        """Of a write by this principal in a sitting of theirs; 0 when an earlier one had such a write."""
        first, last = self._writers.get(principal, (sitting, -1))
        if last < 0:
            self._novel += 1
        if last != sitting:
            self._visits += 1
            self._writers.pop(principal, None)
            self._writers[principal] = (first, sitting)
            if len(self._writers) > self._MOST:
                del self._writers[next(iter(self._writers))]
        if first != sitting or self._novel < 2:
            return 0.0
        # Whoever wrote it first was new by necessity and does not count.
        return -math.log((self._novel - 2 + _UNSEEN) / self._visits)


def _slot(hour: int) -> int:
    """0 to 23: the hours of working days; 24 to 47: those of weekends."""
    return hour % 24 + (24 if (hour // 24 + _MONDAY) % 7 >= 5 else 0)


def _tail(count: int, mean: float, excess: float) -> float:
    """The surprise of at least so many, where they follow a negative binomial distribution."""
    mean = max(mean, _UNSEEN)
    size = 1 / max(excess, 1e-6)
    below = math.fsum(
        math.exp(
            math.lgamma(number + size) - math.lgamma(size) - math.lgamma(number + 1)
            + size * math.log(size / (size + mean)) + number * math.log(mean / (size + mean))
        )
        for number in range(count)
    )  # fmt: skip
    return min(_MOST, -math.log(max(1 - below, math.exp(-_MOST))))
