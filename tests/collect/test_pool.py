"""Nobody waits for a limit while there is something else to read. Real threads, waits of a few hundredths."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import pytest

from azlinkscan.collect.pacing import Clock, Pacing, Turn
from azlinkscan.collect.pool import Pool
from tests.collect.simulated import SUB, blob_services, refusal, sites

LONG = 30.0
"""Longer than any test waits for anything."""


@dataclass(frozen=True)
class Read:
    """An errand."""

    address: str | None


class Setting:
    """A pool, what it did and in which order."""

    def __init__(self, in_flight=2, sleep=None):
        self.stop = threading.Event()
        self.clock = Clock(self.stop, sleep)
        self.pacing = Pacing(self.clock.now)
        self.pool = Pool(self.pacing, self.clock, in_flight=in_flight)
        self.done = []
        self._lock = threading.Lock()
        self._inside = self.most = 0

    def read(self, errand, takes=0.0):
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        try:
            if errand.address is not None:
                while not isinstance(turn := self.pacing.turn(errand.address), Turn):
                    if self.stop.is_set():
                        return None
                    self.pool.sleep(turn)
                self.pacing.heard(turn, None)
            time.sleep(takes)
        finally:
            with self._lock:
                self._inside -= 1
        self.done.append(errand.address)
        return errand.address

    def close(self, address, seconds):
        """The address's provider refuses for so long."""
        self.pacing.refused(self.pacing.turn(address), refusal("TooManyRequests", seconds), "X", seconds)


def submit(setting, addresses, do=None):
    return [setting.pool.submit(do or setting.read, Read(address)) for address in addresses]


def test_what_is_submitted_is_done_and_its_result_handed_back():
    setting = Setting()
    with setting.pool:
        futures = submit(setting, [*sites(20), None])
        assert [future.result(LONG) for future in futures] == [*sites(20), None]
    assert setting.pacing.spent().requests == 20


def test_no_more_is_in_flight_than_is_allowed():
    setting = Setting(in_flight=3)
    with setting.pool:
        submit(setting, sites(40), lambda errand: setting.read(errand, takes=0.002))
    assert setting.most == 3
    assert len(setting.done) == 40


def test_an_error_is_its_submitters():
    setting = Setting()

    def fail(errand):
        raise KeyError("x")

    with setting.pool:
        (broken,) = submit(setting, sites(1), fail)
        with pytest.raises(KeyError):
            broken.result(LONG)
        (fine,) = submit(setting, sites(1))
        assert fine.result(LONG) == sites(1)[0]


def test_a_provider_that_refuses_holds_no_thread():
    setting = Setting(in_flight=1)
    setting.close(blob_services(1)[0], 0.3)
    with setting.pool:
        held = submit(setting, blob_services(30))
        for future in submit(setting, sites(30)):
            future.result(LONG)
        assert not any(future.done() for future in held)
    assert setting.done[:30] == sites(30)
    assert len(setting.done) == 60


def test_a_thread_that_waits_in_mid_work_lets_another_take_its_place():
    setting = Setting(in_flight=1)
    waiting = threading.Event()

    def wait(errand):
        waiting.set()
        setting.pool.sleep(0.3)
        return setting.read(errand)

    with setting.pool:
        (slow,) = submit(setting, sites(1), wait)
        assert waiting.wait(LONG)
        for future in submit(setting, sites(10)):
            future.result(LONG)
        assert not slow.done()
    assert setting.most == 1
    assert len(setting.done) == 11


def test_those_who_come_back_take_their_place_before_new_work():
    setting = Setting(in_flight=1)
    order = []

    def wait(errand):
        setting.pool.sleep(0.05)
        order.append("back")

    def work(errand):
        time.sleep(0.02)
        order.append("new")

    with setting.pool:
        submit(setting, sites(1), wait)
        submit(setting, sites(20), work)
    assert order.index("back") <= 6


def test_a_turn_that_was_not_used_is_given_back():
    setting = Setting()
    with setting.pool:
        submit(setting, sites(600), lambda errand: None)
    assert setting.pacing.spent().requests == 0


def test_the_subscription_that_came_first_is_done_first():
    setting = Setting(in_flight=1)
    gate = threading.Event()
    with setting.pool:
        submit(setting, [None], lambda errand: gate.wait(LONG))
        submit(setting, [read for pair in zip(sites(9, 1), sites(9, 2), strict=True) for read in pair])
        gate.set()
    assert setting.done == [*sites(9, 1), *sites(9, 2)]


def test_the_lanes_of_a_subscription_take_turns():
    setting = Setting(in_flight=1)
    gate = threading.Event()
    with setting.pool:
        submit(setting, [None], lambda errand: gate.wait(LONG))
        submit(setting, [*sites(3), *blob_services(3)])
        gate.set()
    assert ["Storage" in address for address in setting.done] == [False, True] * 3


def test_nothing_waits_for_its_turn_once_the_scan_is_stopped():
    setting = Setting()
    setting.close(sites(1)[0], LONG)
    began = time.monotonic()
    with setting.pool:
        futures = submit(setting, sites(50))
        setting.stop.set()
        assert [future.result(LONG) for future in futures] == [None] * 50
    assert time.monotonic() - began < LONG / 2


def test_a_sleep_that_takes_no_time_moves_the_clock():
    slept = []
    setting = Setting(sleep=slept.append)
    setting.close(sites(1)[0], 3600 * 24)
    setting.pacing._patience = 1e9
    began = time.monotonic()
    with setting.pool:
        (future,) = submit(setting, sites(1))
        assert future.result(LONG) == sites(1)[0]
    assert time.monotonic() - began < LONG
    assert sum(slept) >= 3600 * 23


def test_an_error_outside_is_not_held_up_by_work_that_goes_on():
    setting, released = Setting(), threading.Event()
    began = time.monotonic()
    submit(setting, sites(2), lambda errand: released.wait(LONG))
    setting.pool.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert time.monotonic() - began < LONG / 2
    released.set()


def test_other_threads_may_sleep_on_the_same_clock():
    setting = Setting()
    with setting.pool:
        setting.pool.sleep(0.01)
        assert submit(setting, [f"{SUB.format(1)}?api-version=1"])[0].result(LONG)
