"""The link by a clock that the tests turn: rate, delay, queue, loss, order, and changes while packets are under way."""

import unittest

from link import NS_PER_MS, Direction

PACKET = bytes(1250)  # 10,000 bits: 10 ms at 1 Mbit/s.


class LinkTest(unittest.TestCase):
    def setUp(self):
        self.arrived = []
        self.now_ms = 0
        self.way = Direction(lambda packet: self.arrived.append((self.now_ms, packet)))

    def set(self, **settings):
        self.way.change(settings, self.now_ms * NS_PER_MS)

    def send(self, packet=PACKET):
        self.way.take(packet, self.now_ms * NS_PER_MS)

    def run_until(self, end_ms):
        while self.now_ms < end_ms:
            self.now_ms += 1
            self.way.deliver(self.now_ms * NS_PER_MS)

    def times(self):
        return [at for at, _ in self.arrived]

    def test_a_packet_arrives_after_the_delay(self):
        self.set(delayMs=20)
        self.send()
        self.run_until(50)
        self.assertEqual(self.times(), [20])

    def test_packets_are_sent_at_the_rate_one_after_another(self):
        self.set(rateBps=1_000_000, delayMs=5)
        for _ in range(3):
            self.send()
        self.run_until(100)
        self.assertEqual(self.times(), [15, 25, 35])

    def test_what_would_wait_too_long_is_dropped(self):
        self.set(rateBps=1_000_000, queueMs=30)
        for _ in range(10):
            self.send()
        self.run_until(500)
        self.assertEqual(self.times(), [10, 20, 30])
        self.assertEqual(self.way.report()["dropped"], 7)

    def test_a_change_of_rate_counts_for_what_is_being_sent(self):
        self.set(rateBps=1_000_000)
        self.send()
        self.run_until(5)
        self.set(rateBps=100_000)
        self.run_until(100)
        self.assertEqual(self.times(), [55])

    def test_jitter_keeps_the_order(self):
        self.set(delayMs=10, jitterMs=50)
        for number in range(100):
            self.send(bytes([number]))
        self.run_until(100)
        self.assertEqual([packet[0] for _, packet in self.arrived], list(range(100)))
        self.assertGreater(max(self.times()), min(self.times()))

    def test_a_share_is_lost(self):
        self.set(loss=0.3)
        for _ in range(10_000):
            self.send()
        self.run_until(1)
        lost = self.way.report()["lost"]
        self.assertEqual(lost + len(self.arrived), 10_000)
        self.assertTrue(2_700 < lost < 3_300, lost)

    def test_a_link_that_is_down_loses_what_is_under_way_and_what_comes(self):
        self.set(delayMs=20)
        self.send()
        self.run_until(10)
        self.set(isUp=False)
        self.send()
        self.run_until(100)
        self.set(isUp=True)
        self.send()
        self.run_until(200)
        self.assertEqual(self.times(), [120])

    def test_a_setting_that_there_is_not_is_refused(self):
        with self.assertRaises(ValueError):
            self.set(speed=1)

    def test_says_when_to_look_again(self):
        self.set(rateBps=1_000_000, delayMs=5)
        self.assertIsNone(self.way.deliver(0))
        self.send()
        self.assertEqual(self.way.deliver(0), 10 * NS_PER_MS)
        self.assertEqual(self.way.deliver(10 * NS_PER_MS), 15 * NS_PER_MS)


if __name__ == "__main__":
    unittest.main()
