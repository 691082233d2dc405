import threading

from threadpoolctl import threadpool_info, threadpool_limits

from nn_trainer.models import blas
from nn_trainer.models.blas import single_threaded_blas


def blas_threads():
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_holds_blas_to_one_thread_until_the_last_user_has_left():
    with threadpool_limits(2, "blas"):
        with single_threaded_blas():
            with single_threaded_blas():
                assert blas_threads() == {1}
            assert blas_threads() == {1}
        assert blas_threads() == {2}


def test_the_first_user_may_leave_before_the_last():
    entered, leave = threading.Event(), threading.Event()

    def other():
        with single_threaded_blas():
            entered.set()
            leave.wait(10)

    with threadpool_limits(2, "blas"):
        thread = threading.Thread(target=other)
        with single_threaded_blas():
            thread.start()
            assert entered.wait(10)
        assert blas_threads() == {1}
        leave.set()
        thread.join()
        assert blas_threads() == {2}


def test_an_error_inside_gives_the_threads_back():
    with threadpool_limits(2, "blas"):
        try:
            with single_threaded_blas():
                raise KeyError
        except KeyError:
            assert blas_threads() == {2}


def test_any_thread_may_come_after_any_other():
    """Also while a thread that was the first once is still alive."""
    seen = []

    def work():
        with single_threaded_blas():
            seen.append(blas_threads())
        seen.append(blas_threads())

    with threadpool_limits(2, "blas"):
        with single_threaded_blas():
            pass
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        with single_threaded_blas():
            seen.append(blas_threads())
    assert seen == [{1}, {2}, {1}]


def test_users_that_come_and_go_at_the_same_time_are_all_counted(monkeypatch):
    """The count is read and written in one go: a thread that is held up in between would lose another one's entry."""

    class SlowCount(int):
        """A number that lets another thread go on between reading and writing it."""

        def __add__(self, other):
            before = int(self)
            held_up.wait(0.2)
            return SlowCount(before + other)

    held_up = threading.Event()  # never set: waiting lets the others run
    monkeypatch.setattr(blas, "_users", SlowCount(0))
    inside = threading.Barrier(3)
    seen = []

    def work():
        with single_threaded_blas():
            inside.wait(10)
            seen.append(int(blas._users))
            inside.wait(10)

    with threadpool_limits(2, "blas"):
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [3, 3, 3]
        assert blas_threads() == {2}
    assert blas._users == 0
