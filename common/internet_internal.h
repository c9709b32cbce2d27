/*
 * What the two halves of the simulated internet share.
 *
 *	internet.c	  its process, its namespace, the wire; the caller's side
 *	internet_host.c   the host: one loop that serves and notes
 *	internet_serve.c  a connection: what is read from it and answered
 */
#ifndef NSLAB_COMMON_INTERNET_INTERNAL_H
#define NSLAB_COMMON_INTERNET_INTERNAL_H

#include "common/internet.h"

#include <netinet/in.h>
#include <stdint.h>

#define INTERNET_SEEN_MAX 64

struct internet_source {
	uint32_t address; /* network byte order */
	uint32_t proto;	  /* IPPROTO_* */
	uint64_t packets; /* 0: an unused entry */
	uint64_t last;	  /* when it was heard of last, counted in packets */
};

/* In memory that the host shares with its caller, who only reads. */
struct internet_log {
	uint64_t clock;
	struct internet_source sources[INTERNET_SEEN_MAX];
};

/* As internet_seen(). */
void internet_log_write(const struct internet_log *log, struct strbuf *to);

/* Note one packet. */
void internet_log_add(struct internet_log *log, uint32_t proto, uint32_t address);

enum internet_service {
	INTERNET_HTTP,
	INTERNET_ECHO,
};

/* One connection: a request that is read, then an answer that is written. */
struct internet_connection {
	int fd; /* -1: free */
	enum internet_service service;
	struct in_addr peer;
	long long deadline; /* CLOCK_MONOTONIC, ms */
	size_t have;	    /* bytes in text: of the request, or to be written */
	size_t written;
	bool answering;
	char text[4096];
};

/**
 * Go on with a connection that is ready; false where it is at its end. Never blocks.
 */
bool internet_serve(struct internet_connection *connection, const struct internet_log *log);

/**
 * Open the host's sockets, in the caller's network namespace. From then on it can be
 * reached. `lifeline` becomes readable once who started it has gone. Ends the process
 * where that is not possible.
 */
void internet_host_prepare(struct internet_log *log, int lifeline);

/** The loop; never returns. */
void internet_host(void) __attribute__((noreturn));

#endif
