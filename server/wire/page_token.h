// Page tokens and receipts: opaque text that carries a place in an answer, or the versions it was read from.
//
// A token is `format byte · checksum of what follows · number of the key · 16 bytes of HMAC-SHA256 · body`,
// in web-safe base64. It is sealed with the data directory's secret key, so that an altered or invented one
// is never obeyed. Checksum and number tell why: what was damaged on the way isn't what another server gave
// out.
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
#include "index/segments/segment.h"
#include "index/versions/records/version.h"

namespace muster::server {

// Where a listing goes on. A plain value; each listing uses the fields it needs.
struct PageToken {
  std::vector<index::PinnedView> views;  // what every page reads, the request's view first; none in a listing
                                         // of populations
  absl::CivilDay today;                  // what TODAY stood for on the first page
  uint64_t next_position = 0;            // the first ordinal, or the number of entries, that was not listed
  std::string last_name;                 // the last name that was listed
  uint64_t total_count = 0;
  std::vector<index::SegmentPin> segments = {};  // definitions that every page is made with
};

// Receipt.snapshot. A plain value.
struct SnapshotToken {
  std::string population;
  std::vector<index::PinnedView> views;  // what the answer was read from, the request's view first
  absl::CivilDay today;
  std::vector<index::SegmentPin> segments = {};  // definitions that the answer was made with
};

inline constexpr size_t kTokenKeyBytes = 32;
// A random key. Aborts when the system has no randomness, for then nothing can be sealed.
std::string NewTokenKey();

// Seals and opens the tokens of one key. Const and thread-safe.
class Tokens {
 public:
  explicit Tokens(std::string key = NewTokenKey());

  // `request_digest`: RequestDigest of the request that the token continues.
  std::string SealPage(const PageToken& token, std::string_view request_digest) const;
  // At field page_token. INVALID_ARGUMENT, BAD_PAGE_TOKEN: damaged, or of another request.
  // FAILED_PRECONDITION, OTHER_STORE: sealed with another key.
  absl::StatusOr<PageToken> OpenPage(std::string_view sealed, std::string_view request_digest) const;

  std::string SealSnapshot(const SnapshotToken& token) const;
  // At field snapshot. INVALID_ARGUMENT, BAD_REQUEST: damaged, or a receipt of a population of another name.
  // FAILED_PRECONDITION, OTHER_STORE: sealed with another key.
  absl::StatusOr<SnapshotToken> OpenSnapshot(std::string_view sealed, std::string_view population) const;

 private:
  const std::string key_;
  const uint32_t key_number_;
};

// What a page token is bound to: a digest of the call's name and the request, in which the caller has cleared
// what may differ from page to page (page_size, page_token).
std::string RequestDigest(std::string_view call, const google::protobuf::Message& request);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_PAGE_TOKEN_H_
