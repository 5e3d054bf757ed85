// Page tokens and receipts: opaque text that carries a place in an answer, or the versions it was read from.
//
// A token is `format byte · 16 bytes of HMAC-SHA256 · body`, in web-safe base64. Page tokens are sealed with
// the data directory's secret key, so that an altered or invented one is never obeyed. Receipts hide nothing:
// their key is a constant, and the seal a checksum against copying errors.
#ifndef MUSTER_SERVER_WIRE_PAGE_TOKEN_H_
#define MUSTER_SERVER_WIRE_PAGE_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "google/protobuf/message.h"
#include "index/versions/snapshot.h"

namespace muster::server {

// Where a listing goes on. A plain value; each listing uses the fields it needs.
struct PageToken {
  index::VersionVector versions;  // what every page reads
  absl::CivilDay today;           // what TODAY stood for on the first page
  uint64_t next_position = 0;     // the first ordinal, or the number of entries, that was not listed
  std::string last_name;          // the last name that was listed
  uint64_t total_count = 0;
};

inline constexpr size_t kTokenKeyBytes = 32;
// A random key. Aborts when the system has no randomness, for then nothing can be sealed.
std::string NewTokenKey();

// Seals and opens the page tokens of one key. Const and thread-safe.
class PageTokens {
 public:
  explicit PageTokens(std::string key = NewTokenKey()) : key_(std::move(key)) {}

  // `request_digest`: RequestDigest of the request that the token continues.
  std::string Seal(const PageToken& token, std::string_view request_digest) const;
  // INVALID_ARGUMENT, BAD_PAGE_TOKEN, at field page_token: not sealed with this key, or one of another
  // request.
  absl::StatusOr<PageToken> Open(std::string_view sealed, std::string_view request_digest) const;

 private:
  const std::string key_;
};

// What a page token is bound to: a digest of the call's name and the request, in which the caller has cleared
// what may differ from page to page (page_size, page_token).
std::string RequestDigest(std::string_view call, const google::protobuf::Message& request);

// Receipt.snapshot.
struct SnapshotToken {
  std::string population;
  index::VersionVector versions;
  absl::CivilDay today;
};
std::string SealSnapshot(const SnapshotToken& token);
// INVALID_ARGUMENT, BAD_REQUEST, at field snapshot: damaged, or a receipt of another population.
absl::StatusOr<SnapshotToken> OpenSnapshot(std::string_view sealed, std::string_view population);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_PAGE_TOKEN_H_
