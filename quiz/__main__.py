"""`python -m quiz` is the `quiz` command."""

from quiz.cli import main

if __name__ == "__main__":
    main()
