// Page tokens and receipts: opaque text that encodes a position in an answer, or the versions that it read.
//
// A token is `format byte · checksum of what follows · number of the key · 16 bytes of HMAC-SHA256 · body`,
//   in web-safe base64. It is sealed with the data directory's secret key, so that a modified or forged token
//   is refused. Checksum and key number tell the cases apart: a token that was damaged in transit, and one
//   that another server issued.
#ifndef MUSTER_SERVER_WIRE_PAGE_TOKEN_H_
#define MUSTER_SERVER_WIRE_PAGE_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "google/protobuf/message.h"
#include "index/catalog/saved_pin.h"
#include "index/versions/records/version.h"

namespace muster::server {

// Where a listing continues. A plain value; each listing uses the fields it needs.
struct PageToken {
  std::vector<index::PinnedView> views;  // read by every page, the request's view first; none in a listing
                                         // of populations
  absl::CivilDay today;                  // the value of TODAY on the first page
  uint64_t next_position = 0;            // the first ordinal, or the number of entries, not listed yet
  std::string last_name;                 // the last name listed
  uint64_t total_count = 0;
  std::vector<index::SavedPin> saved = {};  // the segments and lists that every page uses
};

// Receipt.snapshot. A plain value.
struct SnapshotToken {
  std::string population;
  std::vector<index::PinnedView> views;  // the views that the answer read, the request's view first
  absl::CivilDay today;
  std::vector<index::SavedPin> saved = {};  // the segments and lists that the answer used
};

inline constexpr size_t kTokenKeyBytes = 32;
// A random key. Aborts if the system has no randomness, because nothing can be sealed then.
std::string NewTokenKey();

// Seals and opens tokens with one key. Const and thread-safe.
class Tokens {
 public:
  explicit Tokens(std::string key = NewTokenKey());

  // `request_digest`: the RequestDigest of the request that the token continues.
  std::string SealPage(const PageToken& token, std::string_view request_digest) const;
  // Errors at field page_token. INVALID_ARGUMENT, BAD_PAGE_TOKEN: damaged, or of another request.
  // FAILED_PRECONDITION, OTHER_STORE: sealed with another key.
  absl::StatusOr<PageToken> OpenPage(std::string_view sealed, std::string_view request_digest) const;

  std::string SealSnapshot(const SnapshotToken& token) const;
  // Errors at field snapshot. INVALID_ARGUMENT, BAD_REQUEST: damaged, or a receipt of another population.
  // FAILED_PRECONDITION, OTHER_STORE: sealed with another key.
  absl::StatusOr<SnapshotToken> OpenSnapshot(std::string_view sealed, std::string_view population) const;

 private:
  const std::string key_;
  const uint32_t key_number_;
};

// Binds a page token to its request: a digest of the call's name and of the request, in which the caller has
// cleared the fields that may differ between pages (page_size, page_token).
std::string RequestDigest(std::string_view call, const google::protobuf::Message& request);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_PAGE_TOKEN_H_
