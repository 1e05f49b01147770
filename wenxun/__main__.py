"""`python -m wenxun` is `wenxun`."""

from wenxun.cli import main

main()
