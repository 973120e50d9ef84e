/*
 * Which policies want a connect broker, or a proxy; apart from both, as every
 * start asks.
 */
#include "runtime/broker.h"
#include "runtime/proxy.h"

bool
broker_is_needed_by(const struct policy *p)
{
	struct blob_net_head net = { 0 };

	(void)blob_net_head_get(&p->blob, &net);
	return net.nhosts > 0 || net.unix_mode == BLOB_UNIX_PATHS;
}

bool
broker_is_needed(const struct policies *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (broker_is_needed_by(&all->list[i]))
			return true;
	return false;
}

bool
proxy_is_wanted(const struct policies *all)
{
	for (size_t i = 0; i < all->count; i++) {
		struct blob_net_head net = { 0 };

		(void)blob_net_head_get(&all->list[i].blob, &net);
		if (net.mode == BLOB_NET_PROXY)
			return true;
	}
	return false;
}
