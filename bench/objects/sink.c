/*
 * An S3 that throws bodies away and is never the bottleneck: `sink DELAY_MS LISTING [KEY CERT]`. A thread for each connection, which
 * answers DELAY_MS after the end of a request. LISTING has lines "SIZE MD5 KEY", sorted by key, that it holds from the start. With KEY
 * and CERT it speaks TLS. Prints its port. Nothing is checked: it is for programs that are known to send what is right.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define DATE "Fri, 01 Jan 2100 00:00:00 GMT"
enum { BUFFER = 256 << 10, HEAD = 32 << 10, PAGE = 1000 };

typedef struct { char *key; long long size; char etag[40]; } object;
typedef struct { int fd; SSL *ssl; char *bytes; size_t at, end; } connection;
typedef struct {
  char method[8], path[4096], query[4096], md5[40], crc[16];
  long long length;
  int chunked, copies;
} request;

static int delay;
static SSL_CTX *tls;
static object *listed;
static size_t listed_count;
static void *stored;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int by_key(const void *a, const void *b) { return strcmp(((object *)a)->key, ((object *)b)->key); }

/* The object of that key; made when it is not there and `make` says so. The lock is held. */
static object *find(const char *key, int make) {
  object probe = {.key = (char *)key}, **found = tfind(&probe, &stored, by_key);
  if (found || !make) return found ? *found : NULL;
  object *made = calloc(1, sizeof *made);
  made->key = strdup(key);
  tsearch(made, &stored, by_key);
  return made;
}

/* Reads more. Returns 0 at the end of the connection. */
static int fill(connection *c) {
  if (c->at == c->end) c->at = c->end = 0;
  if (c->end == BUFFER) return 0;
  int got = c->ssl ? SSL_read(c->ssl, c->bytes + c->end, BUFFER - c->end) : read(c->fd, c->bytes + c->end, BUFFER - c->end);
  if (got <= 0) return 0;
  c->end += got;
  return 1;
}

static int say(connection *c, const char *bytes, size_t length) {
  while (length > 0) {
    int sent = c->ssl ? SSL_write(c->ssl, bytes, length) : write(c->fd, bytes, length);
    if (sent <= 0) return 0;
    bytes += sent, length -= sent;
  }
  return 1;
}

static int skip(connection *c, long long length) {
  for (;;) {
    long long has = c->end - c->at, now = has < length ? has : length;
    c->at += now, length -= now;
    if (length == 0) return 1;
    if (!fill(c)) return 0;
  }
}

/* A line without its end, which stays valid until more is read. */
static char *line(connection *c) {
  for (;;) {
    char *end = memmem(c->bytes + c->at, c->end - c->at, "\r\n", 2);
    if (end) {
      char *start = c->bytes + c->at;
      *end = 0, c->at = end + 2 - c->bytes;
      return start;
    }
    memmove(c->bytes, c->bytes + c->at, c->end - c->at);
    c->end -= c->at, c->at = 0;
    if (c->end >= HEAD || !fill(c)) return NULL;
  }
}

static void decode(char *to, const char *from) {
  for (; *from; from++, to++)
    if (*from == '%' && from[1] && from[2]) *to = strtol((char[]){from[1], from[2], 0}, NULL, 16), from += 2;
    else *to = *from;
  *to = 0;
}

/* Content-MD5, base64, as the ETag of S3 has it, hex. */
static void etag_of(char *to, const char *base64) {
  unsigned char raw[40];
  if (strlen(base64) != 24 || EVP_DecodeBlock(raw, (const unsigned char *)base64, 24) != 18) return;
  for (int n = 0; n < 16; n++) sprintf(to + 2 * n, "%02x", raw[n]);
}

static int read_head(connection *c, request *r) {
  memset(r, 0, sizeof *r);
  char target[8192], *head = line(c);
  if (!head || sscanf(head, "%7s %8191s", r->method, target) != 2) return 0;
  char *query = strchr(target, '?');
  if (query) *query++ = 0, snprintf(r->query, sizeof r->query, "%s", query);
  decode(r->path, target);
  while ((head = line(c)) && *head) {
    char *value = strchr(head, ':');
    if (!value) return 0;
    for (*value++ = 0; *value == ' '; value++);
    if (!strcasecmp(head, "content-length")) r->length = atoll(value);
    else if (!strcasecmp(head, "transfer-encoding")) r->chunked = 1;
    else if (!strcasecmp(head, "content-md5")) etag_of(r->md5, value);
    else if (!strcasecmp(head, "x-amz-checksum-crc32")) snprintf(r->crc, sizeof r->crc, "%s", value);
    else if (!strcasecmp(head, "x-amz-copy-source")) r->copies = 1;
    else if (!strcasecmp(head, "expect") && !say(c, "HTTP/1.1 100 Continue\r\n\r\n", 25)) return 0;
  }
  return head != NULL;
}

/* Its size, or -1. */
static long long read_body(connection *c, const request *r) {
  if (!r->chunked) return skip(c, r->length) ? r->length : -1;
  long long size = 0;
  for (;;) {
    char *head = line(c);
    if (!head) return -1;
    long long chunk = strtoll(head, NULL, 16);
    if (!skip(c, chunk)) return -1;
    if (chunk == 0) {
      while ((head = line(c)) && *head);
      return head ? size : -1;
    }
    if (!skip(c, 2)) return -1;
    size += chunk;
  }
}

static int answer(connection *c, int status, const char *headers, const char *body, long long length) {
  char head[1024];
  int size = snprintf(head, sizeof head, "HTTP/1.1 %d OK\r\nx-amz-request-id: sink\r\ncontent-length: %lld\r\n%s\r\n", status, length, headers);
  return say(c, head, size) && (!body || say(c, body, strlen(body)));
}

static int xml(connection *c, int status, const char *body) {
  return answer(c, status, "content-type: application/xml\r\n", body, strlen(body));
}

/* Whether the query has that name, and its value. */
static int asks(const request *r, const char *name, char *value) {
  size_t length = strlen(name);
  for (const char *at = r->query; at && *at; at = strchr(at, '&') ? strchr(at, '&') + 1 : NULL) {
    if (strncmp(at, name, length) || (at[length] && !strchr("=&", at[length]))) continue;
    if (value) {
      char text[4096];
      snprintf(text, sizeof text, "%.*s", at[length] == '=' ? (int)strcspn(at + length + 1, "&") : 0, at + length + 1);
      decode(value, text);
    }
    return 1;
  }
  return 0;
}

/* Continuation tokens are positions in the listing. */
static int list(connection *c, const request *r) {
  char token[4096] = "", prefix[4096] = "";
  if (!asks(r, "continuation-token", token)) asks(r, "marker", token);
  asks(r, "prefix", prefix);
  size_t n = strtoull(token, NULL, 10), count = 0;
  char *body = malloc(PAGE * 1400 + 1000), *to = body;
  to += sprintf(to, XML "<ListBucketResult><Name>b</Name><MaxKeys>1000</MaxKeys>");
  for (; n < listed_count && count < PAGE; n++) {
    if (strncmp(listed[n].key, prefix, strlen(prefix))) continue;
    count++;
    to += sprintf(to,
                  "<Contents><Key>%s</Key><LastModified>2100-01-01T00:00:00.000Z</LastModified><ETag>&quot;%s&quot;</ETag>"
                  "<Size>%lld</Size><StorageClass>STANDARD</StorageClass></Contents>",
                  listed[n].key, listed[n].etag, listed[n].size);
  }
  int more = n < listed_count;
  if (more) to += sprintf(to, "<NextContinuationToken>%zu</NextContinuationToken><NextMarker>%zu</NextMarker>", n, n);
  sprintf(to, "<KeyCount>%zu</KeyCount><IsTruncated>%s</IsTruncated></ListBucketResult>", count, more ? "true" : "false");
  int done = xml(c, 200, body);
  free(body);
  return done;
}

static int put(connection *c, const request *r, const char *key, long long size) {
  int is_part = asks(r, "uploadId", NULL);
  char etag[48], headers[256];
  // Who sends no MD5 gets an ETag that is none, as with a KMS key: hashing would make this server the bottleneck.
  snprintf(etag, sizeof etag, "%s", r->md5[0] ? r->md5 : "sink");
  pthread_mutex_lock(&lock);
  object *it = find(key, 1);
  // Parts add up: rclone asks for the size of what it has uploaded.
  it->size = is_part ? it->size + size : size;
  strcpy(it->etag, is_part ? "00000000000000000000000000000000-2" : etag);
  pthread_mutex_unlock(&lock);
  int n = snprintf(headers, sizeof headers, "etag: \"%s\"\r\n", etag);
  if (r->crc[0]) snprintf(headers + n, sizeof headers - n, "x-amz-checksum-crc32: %s\r\n", r->crc);
  return answer(c, 200, headers, NULL, 0);
}

static int head(connection *c, const char *key) {
  char headers[256];
  pthread_mutex_lock(&lock);
  object *it = find(key, 0);
  long long size = it ? it->size : 0;
  snprintf(headers, sizeof headers, "etag: \"%s\"\r\nlast-modified: " DATE "\r\nx-amz-bucket-region: us-east-1\r\n", it ? it->etag : "");
  pthread_mutex_unlock(&lock);
  return answer(c, it || !*key ? 200 : 404, headers, NULL, size);
}

static int reply(connection *c, const request *r, long long size) {
  const char *slash = strchr(r->path + 1, '/'), *key = slash ? slash + 1 : "";
  if (!strcmp(r->method, "PUT") && r->copies) return xml(c, 200, XML "<CopyObjectResult><ETag>&quot;sink&quot;</ETag></CopyObjectResult>");
  if (!strcmp(r->method, "PUT")) return put(c, r, key, size);
  if (!strcmp(r->method, "HEAD")) return head(c, key);
  if (!strcmp(r->method, "POST") && asks(r, "uploads", NULL)) {
    pthread_mutex_lock(&lock);
    find(key, 1)->size = 0;
    pthread_mutex_unlock(&lock);
    return xml(c, 200, XML "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>");
  }
  if (!strcmp(r->method, "POST") && asks(r, "uploadId", NULL))
    return xml(c, 200, XML "<CompleteMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><ETag>\"sink-1\"</ETag></CompleteMultipartUploadResult>");
  if (!strcmp(r->method, "POST"))
    return xml(c, 200, XML "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/bench</Arn><UserId>u</UserId>"
                           "<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>");
  if (asks(r, "acl", NULL)) return xml(c, 200, XML "<AccessControlPolicy><Owner><ID>bench</ID></Owner></AccessControlPolicy>");
  if (asks(r, "ownershipControls", NULL))
    return xml(c, 200, XML "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>");
  if (asks(r, "encryption", NULL)) return xml(c, 404, XML "<Error><Code>NoSuchConfiguration</Code></Error>");
  if (asks(r, "location", NULL)) return xml(c, 200, XML "<LocationConstraint/>");
  if (!r->path[1]) return xml(c, 200, XML "<ListAllMyBucketsResult><Owner><ID>bench</ID></Owner><Buckets></Buckets></ListAllMyBucketsResult>");
  return *key ? xml(c, 404, XML "<Error><Code>NoSuchKey</Code></Error>") : list(c, r);
}

static void *serve(void *arg) {
  connection c = {.fd = (int)(long)arg, .bytes = malloc(BUFFER)};
  request *r = malloc(sizeof *r);
  if (tls) {
    c.ssl = SSL_new(tls);
    SSL_set_fd(c.ssl, c.fd);
  }
  if (!tls || SSL_accept(c.ssl) == 1)
    while (read_head(&c, r)) {
      long long size = read_body(&c, r);
      if (size < 0) break;
      if (delay > 0) usleep(delay * 1000);
      if (!reply(&c, r, size)) break;
    }
  SSL_free(c.ssl);
  close(c.fd);
  free(r), free(c.bytes);
  return NULL;
}

static void read_listing(const char *path) {
  FILE *file = fopen(path, "r");
  char key[4096];
  object it;
  if (!file) return;
  while (fscanf(file, "%lld %39s %4095s", &it.size, it.etag, key) == 3) {
    listed = realloc(listed, (listed_count + 1) * sizeof it);
    it.key = strdup(key);
    listed[listed_count++] = it;
  }
  fclose(file);
  for (size_t n = 0; n < listed_count; n++) tsearch(&listed[n], &stored, by_key);
}

int main(int count, char **words) {
  signal(SIGPIPE, SIG_IGN);
  delay = count > 1 ? atoi(words[1]) : 0;
  if (count > 2) read_listing(words[2]);
  if (count > 4) {
    tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_read_ahead(tls, 1);
    SSL_CTX_set_default_read_buffer_len(tls, BUFFER);
    if (SSL_CTX_use_PrivateKey_file(tls, words[3], SSL_FILETYPE_PEM) != 1 || SSL_CTX_use_certificate_file(tls, words[4], SSL_FILETYPE_PEM) != 1) return 1;
  }
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (bind(server, (struct sockaddr *)&address, length) || listen(server, 512) || getsockname(server, (struct sockaddr *)&address, &length)) return 1;
  printf("%d\n", ntohs(address.sin_port)), fflush(stdout);
  for (;;) {
    int fd = accept(server, NULL, NULL);
    pthread_t thread;
    if (fd < 0) continue;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (pthread_create(&thread, NULL, serve, (void *)(long)fd)) close(fd);
    else pthread_detach(thread);
  }
}
