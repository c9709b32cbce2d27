#define _GNU_SOURCE
#include "common/netmodel.h"

#include "common/text.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE_MAX 240

/* ---- writing ---- */

static json_t *text_json(const char *text)
{
	/* Names were made harmless when they were read. */
	return text ? json_string(text) : json_null();
}

static json_t *number_json(uint64_t number)
{
	return json_integer((json_int_t)number);
}

static json_t *peer_json(const struct net_link *link)
{
	if (link->peer == NET_PEER_NONE)
		return json_null();
	return json_pack("{s:o, s:o}", "namespace", text_json(link->peer_space), "link",
			 text_json(link->peer_link));
}

static json_t *qdisc_json(const struct net_qdisc *qdisc)
{
	json_t *object = json_pack("{s:o, s:o, s:o}", "kind", text_json(qdisc->kind), "handle",
				   text_json(qdisc->handle), "parent", text_json(qdisc->parent));

	if (qdisc->rate)
		json_object_set_new(object, "rate_bit", number_json(qdisc->rate));
	if (qdisc->burst)
		json_object_set_new(object, "burst_bytes", number_json(qdisc->burst));
	if (qdisc->delay_us)
		json_object_set_new(object, "delay_us", number_json(qdisc->delay_us));
	return object;
}

static json_t *counters_json(const struct net_counters *counters)
{
	json_t *object = json_object();

	json_object_set_new(object, "rx_packets", number_json(counters->rx_packets));
	json_object_set_new(object, "tx_packets", number_json(counters->tx_packets));
	json_object_set_new(object, "rx_bytes", number_json(counters->rx_bytes));
	json_object_set_new(object, "tx_bytes", number_json(counters->tx_bytes));
	json_object_set_new(object, "rx_dropped", number_json(counters->rx_dropped));
	json_object_set_new(object, "tx_dropped", number_json(counters->tx_dropped));
	return object;
}

static json_t *texts_json(char *const *texts, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, text_json(texts[i]));
	return array;
}

static json_t *fdb_json(const struct net_link *link)
{
	json_t *array = json_array();

	for (size_t i = 0; i < link->n_fdb; i++)
		json_array_append_new(array,
				      json_pack("{s:o, s:o}", "mac", text_json(link->fdb[i].mac),
						"port", text_json(link->fdb[i].port)));
	return array;
}

static json_t *link_json(const struct net_link *link, unsigned parts)
{
	json_t *object = json_object();
	json_t *qdiscs = json_array();

	for (size_t i = 0; i < link->n_qdiscs; i++)
		json_array_append_new(qdiscs, qdisc_json(&link->qdiscs[i]));
	json_object_set_new(object, "name", text_json(link->name));
	json_object_set_new(object, "kind", text_json(link->kind));
	json_object_set_new(object, "admin", text_json(link->admin_up ? "up" : "down"));
	json_object_set_new(object, "state", text_json(net_state_name(link->state)));
	json_object_set_new(object, "addresses", texts_json(link->addresses, link->n_addresses));
	json_object_set_new(object, "peer", peer_json(link));
	json_object_set_new(object, "master", text_json(link->master));
	json_object_set_new(object, "qdiscs", qdiscs);
	if (parts & NETMODEL_IDS) {
		json_object_set_new(object, "index", json_integer(link->index));
		json_object_set_new(object, "mac", text_json(link->mac));
		json_object_set_new(object, "mtu", json_integer(link->mtu));
		json_object_set_new(object, "fdb", fdb_json(link));
	}
	if (parts & NETMODEL_COUNTERS && link->has_counters)
		json_object_set_new(object, "counters", counters_json(&link->counters));
	return object;
}

static json_t *route_json(const struct net_route *route)
{
	return json_pack("{s:o, s:o, s:o}", "to", text_json(route->to), "via",
			 text_json(route->via), "dev", text_json(route->dev));
}

static json_t *space_json(const struct net_space *space, unsigned parts)
{
	json_t *object = json_object();
	json_t *links = json_array();
	json_t *routes = json_array();

	for (size_t i = 0; i < space->n_links; i++)
		json_array_append_new(links, link_json(&space->links[i], parts));
	for (size_t i = 0; i < space->n_routes; i++)
		json_array_append_new(routes, route_json(&space->routes[i]));
	json_object_set_new(object, "name", text_json(space->name));
	if (parts & NETMODEL_IDS && space->inode)
		json_object_set_new(object, "inode", number_json(space->inode));
	if (space->trouble)
		json_object_set_new(object, "trouble", text_json(space->trouble));
	json_object_set_new(object, "forwarding",
			    space->forwarding < 0 ? json_null() : json_boolean(space->forwarding));
	json_object_set_new(object, "links", links);
	json_object_set_new(object, "routes", routes);
	json_object_set_new(object, "nat", texts_json(space->nat, space->n_nat));
	json_object_set_new(object, "forward_drop", json_boolean(space->forward_drop));
	if (space->hidden_links)
		json_object_set_new(object, "hidden_links", number_json(space->hidden_links));
	return object;
}

void netmodel_json_add(struct strbuf *to, const struct netmodel *model, unsigned parts)
{
	json_t *root = json_object();
	json_t *spaces = json_array();
	char *text;

	for (size_t i = 0; i < model->n_spaces; i++)
		json_array_append_new(spaces, space_json(&model->spaces[i], parts));
	json_object_set_new(root, "schema", text_json(NETMODEL_SCHEMA));
	json_object_set_new(root, "namespaces", spaces);
	if (model->hidden_spaces)
		json_object_set_new(root, "hidden_namespaces", number_json(model->hidden_spaces));
	text = json_dumps(root, parts & NETMODEL_INDENT ? JSON_INDENT(2) : JSON_COMPACT);
	json_decref(root);
	strbuf_adds(to, text ? text : "null");
	free(text);
}

/* ---- reading ---- */

/* What is wrong is told by the first that finds it, with where. */
struct parse {
	struct error *err;
	const char *space;
	bool failed;
};

static void wrong(struct parse *parse, const char *member, const char *want)
{
	if (!parse->failed)
		(void)error_say(parse->err, EBADMSG, "\"%s\"%s%s must be %s", member,
				parse->space ? " of namespace " : "",
				parse->space ? parse->space : "", want);
	parse->failed = true;
}

/* A member that is there and is not null. */
static const json_t *member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_null(value) ? NULL : value;
}

/* A sentence may end with a blank, which a name may not. */
static char *clean_sentence(const json_t *value)
{
	struct strbuf text = STRBUF_INIT;

	text_one_line(&text, json_string_value(value), json_string_length(value), SENTENCE_MAX);
	return strbuf_steal(&text);
}

static char *clean(const json_t *value)
{
	struct strbuf text = STRBUF_INIT;

	net_name_add(&text, json_string_value(value), json_string_length(value));
	return strbuf_steal(&text);
}

static char *take_text(struct parse *parse, const json_t *object, const char *name)
{
	const json_t *value = member(object, name);

	if (!value)
		return NULL;
	if (!json_is_string(value)) {
		wrong(parse, name, "a text");
		return NULL;
	}
	return clean(value);
}

/* The same for what has to be there. */
static char *take_name(struct parse *parse, const json_t *object, const char *name)
{
	char *text = take_text(parse, object, name);

	if (text && *text)
		return text;
	wrong(parse, name, "a text that is not empty");
	free(text);
	return xstrdup("?");
}

static uint64_t take_number(struct parse *parse, const json_t *object, const char *name)
{
	const json_t *value = member(object, name);

	if (!value)
		return 0;
	if (!json_is_integer(value)) {
		wrong(parse, name, "a whole number");
		return 0;
	}
	return (uint64_t)json_integer_value(value);
}

static bool take_true(struct parse *parse, const json_t *object, const char *name, bool otherwise)
{
	const json_t *value = member(object, name);

	if (!value)
		return otherwise;
	if (!json_is_boolean(value))
		wrong(parse, name, "true or false");
	return json_is_true(value);
}

/* How many elements a list has, and that they are of that type. */
static size_t list_size(struct parse *parse, const json_t *object, const char *name, json_type type)
{
	const json_t *list = member(object, name);

	if (!list)
		return 0;
	if (!json_is_array(list)) {
		wrong(parse, name, "a list");
		return 0;
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_typeof(json_array_get(list, i)) != type) {
			wrong(parse, name,
			      type == JSON_STRING ? "a list of texts" : "a list of objects");
			return 0;
		}
	return json_array_size(list);
}

static char **take_texts(struct parse *parse, const json_t *object, const char *name, size_t *ret_n)
{
	size_t n = list_size(parse, object, name, JSON_STRING);
	char **texts = n ? xcalloc(n, sizeof(texts[0])) : NULL;

	for (size_t i = 0; i < n; i++)
		texts[i] = clean_sentence(json_array_get(member(object, name), i));
	*ret_n = n;
	return texts;
}

static void parse_qdiscs(struct parse *parse, const json_t *object, struct net_link *link)
{
	size_t n = list_size(parse, object, "qdiscs", JSON_OBJECT);

	link->qdiscs = n ? xcalloc(n, sizeof(link->qdiscs[0])) : NULL;
	link->n_qdiscs = n;
	for (size_t i = 0; i < n; i++) {
		const json_t *from = json_array_get(member(object, "qdiscs"), i);
		char *parent = take_text(parse, from, "parent");

		link->qdiscs[i] = (struct net_qdisc){
			.kind = take_name(parse, from, "kind"),
			.handle = take_text(parse, from, "handle"),
			.parent = parent ? parent : xstrdup("root"),
			.rate = take_number(parse, from, "rate_bit"),
			.burst = take_number(parse, from, "burst_bytes"),
			.delay_us = take_number(parse, from, "delay_us"),
		};
	}
}

static void parse_fdb(struct parse *parse, const json_t *object, struct net_link *link)
{
	size_t n = list_size(parse, object, "fdb", JSON_OBJECT);

	link->fdb = n ? xcalloc(n, sizeof(link->fdb[0])) : NULL;
	link->n_fdb = n;
	for (size_t i = 0; i < n; i++) {
		const json_t *from = json_array_get(member(object, "fdb"), i);

		link->fdb[i] = (struct net_fdb){.mac = take_name(parse, from, "mac"),
						.port = take_name(parse, from, "port")};
	}
}

static void parse_counters(struct parse *parse, const json_t *object, struct net_link *link)
{
	const json_t *from = member(object, "counters");

	if (!from)
		return;
	link->has_counters = true;
	link->counters = (struct net_counters){
		.rx_packets = take_number(parse, from, "rx_packets"),
		.tx_packets = take_number(parse, from, "tx_packets"),
		.rx_bytes = take_number(parse, from, "rx_bytes"),
		.tx_bytes = take_number(parse, from, "tx_bytes"),
		.rx_dropped = take_number(parse, from, "rx_dropped"),
		.tx_dropped = take_number(parse, from, "tx_dropped"),
	};
}

static void parse_peer(struct parse *parse, const json_t *object, struct net_link *link)
{
	const json_t *peer = member(object, "peer");

	if (!peer)
		return;
	if (!json_is_object(peer)) {
		wrong(parse, "peer", "an object or null");
		return;
	}
	link->peer_space = take_text(parse, peer, "namespace");
	link->peer_link = take_text(parse, peer, "link");
	link->peer = link->peer_space && link->peer_link ? NET_PEER_KNOWN : NET_PEER_UNKNOWN;
}

static enum net_state parse_state(struct parse *parse, const json_t *object)
{
	static const enum net_state states[] = {NET_DOWN, NET_NO_CARRIER, NET_UP};
	const char *word = json_string_value(json_object_get(object, "state"));

	if (!member(object, "state"))
		return NET_UP;
	for (size_t i = 0; word && i < sizeof(states) / sizeof(states[0]); i++)
		if (!strcmp(word, net_state_name(states[i])))
			return states[i];
	wrong(parse, "state", "\"up\", \"down\" or \"no-carrier\"");
	return NET_DOWN;
}

static void parse_link(struct parse *parse, const json_t *object, struct net_link *link)
{
	char *kind = take_text(parse, object, "kind");
	char *mac = take_text(parse, object, "mac");

	*link = (struct net_link){
		.name = take_name(parse, object, "name"),
		.kind = kind ? kind : xstrdup("device"),
		.mac = mac ? mac : xstrdup(""),
		.master = take_text(parse, object, "master"),
		.index = (int)take_number(parse, object, "index"),
		.mtu = (unsigned)take_number(parse, object, "mtu"),
		.state = parse_state(parse, object),
	};
	link->admin_up = link->state != NET_DOWN;
	link->addresses = take_texts(parse, object, "addresses", &link->n_addresses);
	parse_peer(parse, object, link);
	parse_qdiscs(parse, object, link);
	parse_fdb(parse, object, link);
	parse_counters(parse, object, link);
}

static void parse_routes(struct parse *parse, const json_t *object, struct net_space *space)
{
	size_t n = list_size(parse, object, "routes", JSON_OBJECT);

	space->routes = n ? xcalloc(n, sizeof(space->routes[0])) : NULL;
	space->n_routes = n;
	for (size_t i = 0; i < n; i++) {
		const json_t *from = json_array_get(member(object, "routes"), i);

		space->routes[i] = (struct net_route){
			.to = take_name(parse, from, "to"),
			.via = take_text(parse, from, "via"),
			.dev = take_text(parse, from, "dev"),
		};
	}
}

static void parse_space(struct parse *parse, const json_t *object, struct net_space *space)
{
	size_t n;

	parse->space = NULL;
	space->name = take_name(parse, object, "name");
	parse->space = space->name;
	space->inode = take_number(parse, object, "inode");
	space->trouble = take_text(parse, object, "trouble");
	space->forwarding =
		member(object, "forwarding") ? take_true(parse, object, "forwarding", false) : -1;
	space->forward_drop = take_true(parse, object, "forward_drop", false);
	space->hidden_links = take_number(parse, object, "hidden_links");
	space->nat = take_texts(parse, object, "nat", &space->n_nat);
	n = list_size(parse, object, "links", JSON_OBJECT);
	space->links = n ? xcalloc(n, sizeof(space->links[0])) : NULL;
	space->n_links = n;
	for (size_t i = 0; i < n; i++)
		parse_link(parse, json_array_get(member(object, "links"), i), &space->links[i]);
	parse_routes(parse, object, space);
}

static void check_names(struct parse *parse, const struct netmodel *model)
{
	for (size_t i = 0; i < model->n_spaces; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(model->spaces[i].name, model->spaces[k].name)) {
				parse->space = model->spaces[i].name;
				wrong(parse, "name", "different from all others");
			}
}

static void parse_model(struct parse *parse, const json_t *root, struct netmodel *model)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));

	if (!schema || strcmp(schema, NETMODEL_SCHEMA) != 0) {
		wrong(parse, "schema", "\"" NETMODEL_SCHEMA "\"");
		return;
	}
	model->n_spaces = list_size(parse, root, "namespaces", JSON_OBJECT);
	model->hidden_spaces = take_number(parse, root, "hidden_namespaces");
	if (model->n_spaces > NETMODEL_SPACES_MAX) {
		model->hidden_spaces += model->n_spaces - NETMODEL_SPACES_MAX;
		model->n_spaces = NETMODEL_SPACES_MAX;
	}
	model->spaces = xcalloc(model->n_spaces ? model->n_spaces : 1, sizeof(model->spaces[0]));
	for (size_t i = 0; i < model->n_spaces; i++)
		parse_space(parse, json_array_get(member(root, "namespaces"), i),
			    &model->spaces[i]);
	check_names(parse, model);
}

int netmodel_json_parse(const char *text, size_t len, struct netmodel *ret, struct error *err)
{
	struct netmodel model = {.spaces = NULL};
	struct parse parse = {.err = err};
	json_error_t where;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);

	if (!root)
		return error_say(err, EBADMSG, "no JSON (line %d: %s)", where.line, where.text);
	parse_model(&parse, root, &model);
	json_decref(root);
	if (parse.failed) {
		netmodel_free(&model);
		return -EBADMSG;
	}
	*ret = model;
	return 0;
}
