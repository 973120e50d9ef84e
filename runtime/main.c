/* codex-exec: options; the only place that prints and exits. */
int
main(void)
{
	return 125;
}
