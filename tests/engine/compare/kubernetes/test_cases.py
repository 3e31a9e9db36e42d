"""What the API server makes of manifests shows nothing; what people then do to the objects shows exactly that."""

import pytest

from tests.support.kubernetes_cases import Case, Edit, cases, compared, laid_over

_CASES = cases()
_EDITS = [
    pytest.param(case, edit, id=f"{case.name}-{number}") for case in _CASES for number, edit in enumerate(case.edits, 1)
]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_defaulting_and_normalising_are_no_drift(case: Case) -> None:
    changes, silent = compared(case.manifest, case.live)
    assert changes == []
    assert [path for path in silent if not path.startswith(tuple(case.quiet) or "\0")] == []


@pytest.mark.parametrize(("case", "edit"), _EDITS)
def test_an_edit_shows_itself_and_nothing_else(case: Case, edit: Edit) -> None:
    changes, silent = compared(case.manifest, laid_over(case.live, edit.edit))
    paths = [change.path for change in changes]
    if edit.loosely:
        assert set(edit.shows) <= set(paths)
    else:
        assert sorted(paths) == sorted(edit.shows)
        assert [path for path in silent if not path.startswith(tuple(case.quiet) or "\0")] == edit.silent


def test_there_are_enough_of_them() -> None:
    assert len(_CASES) >= 40
    assert len(_EDITS) >= 40
