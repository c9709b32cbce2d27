#define _GNU_SOURCE
#include "common/netmodel.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *net_state_name(enum net_state state)
{
	static const char *const names[] = {
		[NET_DOWN] = "down", [NET_NO_CARRIER] = "no-carrier", [NET_UP] = "up"};

	return names[state];
}

static void free_texts(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

static void free_link(struct net_link *link)
{
	for (size_t i = 0; i < link->n_qdiscs; i++) {
		free(link->qdiscs[i].kind);
		free(link->qdiscs[i].handle);
		free(link->qdiscs[i].parent);
	}
	for (size_t i = 0; i < link->n_fdb; i++) {
		free(link->fdb[i].mac);
		free(link->fdb[i].port);
	}
	free_texts(link->addresses, link->n_addresses);
	free(link->qdiscs);
	free(link->fdb);
	free(link->name);
	free(link->kind);
	free(link->mac);
	free(link->master);
	free(link->peer_space);
	free(link->peer_link);
}

static void free_space(struct net_space *space)
{
	for (size_t i = 0; i < space->n_links; i++)
		free_link(&space->links[i]);
	for (size_t i = 0; i < space->n_routes; i++) {
		free(space->routes[i].to);
		free(space->routes[i].via);
		free(space->routes[i].dev);
	}
	free_texts(space->nat, space->n_nat);
	free(space->links);
	free(space->routes);
	free(space->name);
	free(space->trouble);
}

void netmodel_free(struct netmodel *model)
{
	for (size_t i = 0; i < model->n_spaces; i++)
		free_space(&model->spaces[i]);
	free(model->spaces);
	*model = (struct netmodel){.spaces = NULL};
}

struct net_space *netmodel_space(const struct netmodel *model, const char *name)
{
	for (size_t i = 0; i < model->n_spaces; i++)
		if (!strcmp(model->spaces[i].name, name))
			return &model->spaces[i];
	return NULL;
}

struct net_space *netmodel_space_by_inode(const struct netmodel *model, ino_t inode)
{
	for (size_t i = 0; i < model->n_spaces; i++)
		if (inode && model->spaces[i].inode == inode)
			return &model->spaces[i];
	return NULL;
}

struct net_link *net_space_link(const struct net_space *space, const char *name)
{
	for (size_t i = 0; i < space->n_links; i++)
		if (!strcmp(space->links[i].name, name))
			return &space->links[i];
	return NULL;
}

struct net_link *netmodel_peer(const struct netmodel *model, const struct net_link *link,
			       struct net_space **ret_space)
{
	struct net_space *space;
	struct net_link *peer;

	if (link->peer != NET_PEER_KNOWN || !link->peer_space || !link->peer_link)
		return NULL;
	space = netmodel_space(model, link->peer_space);
	peer = space ? net_space_link(space, link->peer_link) : NULL;
	if (peer && ret_space)
		*ret_space = space;
	return peer;
}

static void rename_space(char **name, const char *suffix)
{
	char *old = *name;

	if (!old || !suffix)
		return;
	*name = xasprintf("%s%s", old, suffix);
	free(old);
}

void netmodel_take(struct netmodel *model, struct netmodel *other, const char *suffix)
{
	for (size_t i = 0; i < other->n_spaces; i++) {
		rename_space(&other->spaces[i].name, suffix);
		for (size_t k = 0; k < other->spaces[i].n_links; k++)
			rename_space(&other->spaces[i].links[k].peer_space, suffix);
	}
	if (other->n_spaces) {
		model->spaces = xreallocarray(model->spaces, model->n_spaces + other->n_spaces,
					      sizeof(model->spaces[0]));
		memcpy(model->spaces + model->n_spaces, other->spaces,
		       other->n_spaces * sizeof(model->spaces[0]));
	}
	model->n_spaces += other->n_spaces;
	model->hidden_spaces += other->hidden_spaces;
	free(other->spaces);
	*other = (struct netmodel){.spaces = NULL};
}

void net_route_add(struct strbuf *to, const struct net_route *route)
{
	strbuf_adds(to, route->to);
	if (route->via)
		strbuf_addf(to, " via %s", route->via);
	if (route->dev)
		strbuf_addf(to, " dev %s", route->dev);
}

void net_name_add(struct strbuf *to, const char *name, size_t len)
{
	cleanup_strbuf struct strbuf plain = STRBUF_INIT;
	size_t start = to->len;

	text_one_line(&plain, name, len, 4 * NET_NAME_MAX);
	/* Blanks at either end are not the same name, and would be dropped. */
	if (plain.len == len && !memcmp(plain.s, name, len)) {
		strbuf_add(to, name, len);
	} else {
		for (size_t i = 0; i < len; i++) {
			unsigned char c = (unsigned char)name[i];

			if (c > 0x20 && c < 0x7f)
				strbuf_addc(to, (char)c);
			else
				strbuf_addf(to, "\\x%02x", c);
		}
	}
	if (to->len - start > NET_NAME_MAX) {
		/* Not in the middle of a character. */
		to->len = start + NET_NAME_MAX;
		while (to->len > start && ((unsigned char)to->s[to->len] & 0xc0) == 0x80)
			to->len--;
		to->s[to->len] = '\0';
	}
}

void net_sources_free(struct net_sources *sources)
{
	for (size_t i = 0; i < sources->n; i++) {
		free(sources->list[i].name);
		if (sources->list[i].fd >= 0)
			(void)close(sources->list[i].fd);
	}
	free(sources->list);
	*sources = (struct net_sources){.list = NULL};
}

static bool name_is_taken(const struct net_sources *sources, const char *name)
{
	for (size_t i = 0; i < sources->n; i++)
		if (!strcmp(sources->list[i].name, name))
			return true;
	return false;
}

/* Peers are told by name, so no two namespaces may have the same. */
static char *unique_name(const struct net_sources *sources, const char *name)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	size_t len;

	net_name_add(&text, name, strlen(name));
	len = text.len;
	for (unsigned i = 2; name_is_taken(sources, text.s); i++) {
		text.len = len;
		strbuf_addf(&text, " (%u)", i);
	}
	return strbuf_steal(&text);
}

static bool has_inode(const struct net_sources *sources, ino_t inode)
{
	for (size_t i = 0; i < sources->n; i++)
		if (sources->list[i].inode == inode)
			return true;
	return false;
}

bool net_sources_add(struct net_sources *sources, const char *name, int fd)
{
	struct stat st;
	bool is_new = fd >= 0 && fstat(fd, &st) == 0 && !has_inode(sources, st.st_ino);

	if (is_new && sources->n == NETMODEL_SPACES_MAX)
		sources->hidden++;
	if (!is_new || sources->n == NETMODEL_SPACES_MAX) {
		if (fd >= 0)
			(void)close(fd);
		return false;
	}
	sources->list = xreallocarray(sources->list, sources->n + 1, sizeof(sources->list[0]));
	sources->list[sources->n] = (struct net_source){
		.name = unique_name(sources, name), .fd = fd, .inode = st.st_ino};
	sources->n++;
	return true;
}
