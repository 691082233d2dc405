"""The iterations of a lesson, run off the GUI thread: none that was computed is lost."""

import pytest

from nn_trainer.errors import NNTrainerError
from nn_trainer.workers.loop_runner import LoopRunner

PATIENCE = 10_000


class Failing:
    """Gives the numbers 1, 2, ... and fails instead of giving `last`."""

    def __init__(self, last, error):
        self.done, self._last, self._error = 0, last, error

    def run_iteration(self):
        self.done += 1
        if self.done == self._last:
            raise self._error
        return self.done


@pytest.mark.parametrize(
    "error", [NNTrainerError("the loss is not a number"), RuntimeError("a fault")], ids=["told", "fault"]
)
def test_what_came_before_a_failure_is_sent_before_it(qtbot, caplog, error):
    runner = LoopRunner()
    heard = []
    runner.iterated.connect(heard.extend)
    runner.failed.connect(heard.append)
    runner.set_loop(Failing(4, error))
    with qtbot.waitSignal(runner.failed, timeout=PATIENCE):
        runner.run()
    assert heard == [1, 2, 3, error]
    qtbot.waitUntil(lambda: not runner.is_running, timeout=PATIENCE)
    assert ("a fault" in caplog.text) is isinstance(error, RuntimeError)
