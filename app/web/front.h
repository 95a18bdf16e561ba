// front: what web/serve.c asks of a civetweb connection beyond civetweb's own interface; see civetweb_front.inl.
#pragma once

struct mg_connection;
struct mg_context;

int front_socket(const struct mg_connection *);
int front_is_tls(const struct mg_connection *);
// No room is left for the rest of the head.
int front_head_is_full(const struct mg_connection *);
// How often a changed certificate was taken, and how often it did not fit its key, since the start.
void front_tls_reloads(const struct mg_connection *, int *reloads, int *failures);
// Some bytes after the head, as they come: how many, 0 when the peer has gone, -1 when time was up.
long front_read(struct mg_connection *, char *into, long room, int timeout_ms);
// The body was read to its end, so the next request may follow on this connection.
void front_body_over(struct mg_connection *);
// Looks at the certificate's files now, not only at the next connection.
void front_tls_look(struct mg_context *, int *reloads, int *failures);
// The socket that listens with TLS, or the plain one; -1 when there is none.
int front_listening(const struct mg_context *, int is_tls);
// Listens on a socket that is already bound, instead of the context's own of that kind; -1 when it cannot.
int front_listen_on(struct mg_context *, int is_tls, int fd);
