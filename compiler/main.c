/* codex-policyc: options and verbs. */
int
main(void)
{
	return 2;
}
