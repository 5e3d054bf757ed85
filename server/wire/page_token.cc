#include "server/wire/page_token.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <xxhash.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_reason.h"
#include "server/wire/error_status.h"
#include "server/wire/token_body.pb.h"
#include "text/civil_text.h"

namespace muster::server {
namespace {

constexpr size_t kSealBytes = 16;
constexpr size_t kMaxTokenBytes = 1u << 20;  // versions of 10,000 tags need a tenth of it

// Offsets of the parts of a token.
constexpr size_t kChecksumAt = 1;
constexpr size_t kKeyNumberAt = kChecksumAt + sizeof(uint32_t);
constexpr size_t kSealAt = kKeyNumberAt + sizeof(uint32_t);
constexpr size_t kBodyAt = kSealAt + kSealBytes;
// The format byte of both kinds of token; any other is refused. The body names its kind, since both kinds are
// sealed with one key.
constexpr char kFormat = 2;
constexpr char kPage = 'p';
constexpr char kSnapshot = 's';

// HMAC-SHA256 with one key, set up once: for a one-shot HMAC, OpenSSL looks up its algorithms by name, which
// takes twice as long as the sealing itself. Not shared between threads.
class Sealer {
 public:
  // Aborts if OpenSSL lacks HMAC-SHA256, because nothing can be sealed then.
  explicit Sealer(std::string_view key) {
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                                 &EVP_MAC_free);
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                     OSSL_PARAM_construct_end()};
    keyed_.reset(EVP_MAC_CTX_new(hmac.get()));
    if (keyed_ == nullptr || EVP_MAC_init(keyed_.get(), reinterpret_cast<const unsigned char*>(key.data()),
                                          key.size(), parameters) != 1) {
      std::abort();
    }
  }

  std::string SealOf(std::string_view body) const {
    const Context context(EVP_MAC_CTX_dup(keyed_.get()));
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    size_t length = 0;
    if (context == nullptr ||
        EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(body.data()), body.size()) !=
            1 ||
        EVP_MAC_final(context.get(), digest.data(), &length, digest.size()) != 1) {
      std::abort();
    }
    return std::string(reinterpret_cast<const char*>(digest.data()), kSealBytes);
  }

 private:
  struct Free {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };
  using Context = std::unique_ptr<EVP_MAC_CTX, Free>;
  Context keyed_;
};

// Every answer has a receipt, so each thread caches the sealer of the last used key.
const Sealer& SealerOf(const std::string& key) {
  thread_local std::string last_key;
  thread_local std::optional<Sealer> sealer;
  if (!sealer.has_value() || last_key != key) {
    sealer.emplace(key);
    last_key = key;
  }
  return *sealer;
}

std::array<unsigned char, SHA256_DIGEST_LENGTH> Sha256(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

// Identifies a key without revealing anything about it.
uint32_t NumberOf(const std::string& key) {
  uint32_t number;
  std::memcpy(&number, Sha256("muster token key " + key).data(), sizeof(number));
  return number;
}

void AppendRaw(std::string& bytes, uint32_t number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}
uint32_t ReadRaw(const std::string& bytes, size_t at) {
  uint32_t number;
  std::memcpy(&number, bytes.data() + at, sizeof(number));
  return number;
}

uint32_t ChecksumOf(std::string_view bytes) {
  return static_cast<uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

std::string Sealed(const std::string& key, uint32_t key_number, char sort, const std::string& content) {
  const std::string body = sort + content;
  std::string checked;
  AppendRaw(checked, key_number);
  checked += SealerOf(key).SealOf(body) + body;
  std::string bytes(1, kFormat);
  AppendRaw(bytes, ChecksumOf(checked));
  return absl::WebSafeBase64Escape(bytes + checked);
}

// The content of a token, or the reason why it was refused.
struct Unsealed {
  enum class Why { kSound, kDamaged, kOtherKey } why = Why::kDamaged;
  std::string content;
};

Unsealed Unseal(const std::string& key, uint32_t key_number, char sort, std::string_view sealed) {
  std::string bytes;
  if (sealed.size() > kMaxTokenBytes || !absl::WebSafeBase64Unescape(std::string(sealed), &bytes)) return {};
  if (bytes.size() <= kBodyAt || bytes[0] != kFormat || bytes[kBodyAt] != sort) return {};
  if (ReadRaw(bytes, kChecksumAt) != ChecksumOf(std::string_view(bytes).substr(kKeyNumberAt))) return {};
  if (ReadRaw(bytes, kKeyNumberAt) != key_number) return {Unsealed::Why::kOtherKey, ""};
  const std::string seal = SealerOf(key).SealOf(std::string_view(bytes).substr(kBodyAt));
  if (CRYPTO_memcmp(seal.data(), bytes.data() + kSealAt, kSealBytes) != 0) return {};
  return {Unsealed::Why::kSound, bytes.substr(kBodyAt + 1)};
}

void Encode(const index::PinnedView& view, TokenView& encoded) {
  for (const auto& [tag, version] : view.versions) {
    encoded.add_tags(tag);
    encoded.add_versions(version);
  }
  encoded.set_fingerprint(view.fingerprint);
  if (view.as_of.has_value()) encoded.set_as_of(DayNumber(*view.as_of));
}

using EncodedViews = google::protobuf::RepeatedPtrField<TokenView>;

// Empty when this build doesn't seal such views.
std::optional<std::vector<index::PinnedView>> Decode(const EncodedViews& encoded,
                                                     index::Identity population) {
  std::vector<index::PinnedView> views;
  for (const TokenView& view : encoded) {
    if (view.tags_size() != view.versions_size() || view.tags_size() == 0) return std::nullopt;
    if (view.tags(0) != index::kEveryoneTag) return std::nullopt;
    index::PinnedView decoded{population, {}, view.fingerprint(), std::nullopt};
    if (!views.empty() && !view.has_as_of()) return std::nullopt;
    if (view.has_as_of()) decoded.as_of = DayOfNumber(view.as_of());
    for (int i = 0; i < view.tags_size(); ++i) decoded.versions[view.tags(i)] = view.versions(i);
    views.push_back(std::move(decoded));
  }
  return views;
}

template <typename Body>
void EncodePins(const std::vector<index::SavedPin>& saved, Body& body) {
  for (const index::SavedPin& pin : saved) {
    body.add_saved_names(pin.name);
    body.add_saved_identities(pin.identity);
  }
}

// Empty when this build doesn't seal such tokens.
template <typename Body>
std::optional<std::vector<index::SavedPin>> DecodePins(const Body& body) {
  if (body.saved_names_size() != body.saved_identities_size()) return std::nullopt;
  std::vector<index::SavedPin> saved;
  for (int i = 0; i < body.saved_names_size(); ++i)
    saved.push_back({body.saved_names(i), body.saved_identities(i)});
  return saved;
}

absl::Status OfAnotherKey(std::string_view field, const char* what) {
  return AtField(index::WithReason(absl::FailedPreconditionError(absl::StrCat(
                                       "this ", what,
                                       " was given out by another server, or before this one's key was "
                                       "replaced; ask again without it")),
                                   index::Reason::kOtherStore),
                 field);
}

absl::Status NotOurs() {
  return FieldError(
      "page_token",
      "this is not a page token that this server gave out for this request: send the request as it was on "
      "the first page, or begin again without a page token",
      index::Reason::kBadPageToken);
}

}  // namespace

std::string NewTokenKey() {
  std::string key(kTokenKeyBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1)
    std::abort();
  return key;
}

Tokens::Tokens(std::string key) : key_(std::move(key)), key_number_(NumberOf(key_)) {}

std::string Tokens::SealPage(const PageToken& token, std::string_view request_digest) const {
  PageTokenBody body;
  body.set_request_digest(std::string(request_digest));
  for (const index::PinnedView& view : token.views) {
    body.set_population(view.population);
    Encode(view, *body.add_views());
  }
  body.set_today(DayNumber(token.today));
  body.set_next_position(token.next_position);
  body.set_last_name(token.last_name);
  body.set_total_count(token.total_count);
  EncodePins(token.saved, body);
  return Sealed(key_, key_number_, kPage, body.SerializeAsString());
}

absl::StatusOr<PageToken> Tokens::OpenPage(std::string_view sealed, std::string_view request_digest) const {
  const Unsealed unsealed = Unseal(key_, key_number_, kPage, sealed);
  if (unsealed.why == Unsealed::Why::kOtherKey) return OfAnotherKey("page_token", "page token");
  PageTokenBody body;
  if (unsealed.why != Unsealed::Why::kSound || !body.ParseFromString(unsealed.content)) return NotOurs();
  std::optional<std::vector<index::PinnedView>> views = Decode(body.views(), body.population());
  std::optional<std::vector<index::SavedPin>> saved = DecodePins(body);
  if (!views.has_value() || !saved.has_value() || body.request_digest() != request_digest) return NotOurs();
  PageToken token;
  token.views = *std::move(views);
  token.today = DayOfNumber(body.today());
  token.next_position = body.next_position();
  token.last_name = body.last_name();
  token.total_count = body.total_count();
  token.saved = *std::move(saved);
  return token;
}

std::string Tokens::SealSnapshot(const SnapshotToken& token) const {
  SnapshotTokenBody body;
  body.set_population(token.population);
  for (const index::PinnedView& view : token.views) {
    body.set_identity(view.population);
    Encode(view, *body.add_views());
  }
  body.set_today(DayNumber(token.today));
  EncodePins(token.saved, body);
  return Sealed(key_, key_number_, kSnapshot, body.SerializeAsString());
}

absl::StatusOr<SnapshotToken> Tokens::OpenSnapshot(std::string_view sealed,
                                                   std::string_view population) const {
  const Unsealed unsealed = Unseal(key_, key_number_, kSnapshot, sealed);
  if (unsealed.why == Unsealed::Why::kOtherKey) return OfAnotherKey("snapshot", "receipt");
  SnapshotTokenBody body;
  std::optional<std::vector<index::PinnedView>> views;
  if (unsealed.why == Unsealed::Why::kSound && body.ParseFromString(unsealed.content))
    views = Decode(body.views(), body.identity());
  std::optional<std::vector<index::SavedPin>> saved = DecodePins(body);
  if (!views.has_value() || views->empty() || !saved.has_value()) {
    return FieldError("snapshot",
                      "this is not the snapshot of a receipt, or it was damaged on the way: give it back "
                      "exactly as it came");
  }
  if (body.population() != population) {
    return FieldError("snapshot",
                      absl::StrCat("the receipt is of the population '", body.population(), "', not of '",
                                   std::string(population), "': ask that population"));
  }
  return SnapshotToken{body.population(), *std::move(views), DayOfNumber(body.today()), *std::move(saved)};
}

std::string RequestDigest(std::string_view call, const google::protobuf::Message& request) {
  std::string bytes(call);
  bytes.push_back('\0');
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&coded);
  }
  return std::string(reinterpret_cast<const char*>(Sha256(bytes).data()), kSealBytes);
}

}  // namespace muster::server
