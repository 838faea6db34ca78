# ar_collect: `make run` and `make test` are all a newcomer needs.

PYTHON ?= python3
export PORT FRESH TESTS SIZES

.DEFAULT_GOAL := help
.PHONY: help run test lint bench clean

help:
	@echo 'make run     a demo company in your browser (PORT=8070 another port, FRESH=1 begin anew)'
	@echo 'make test    install for real and run all tests (TESTS=path only some of them)'
	@echo 'make lint    check the style'
	@echo 'make bench   measure (SIZES=S, or "S M L")'
	@echo 'make clean   delete all that was downloaded or built'

run test lint bench clean:
	@$(PYTHON) -B -m tools $@
