#include "server/wire/page_token.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "index/text/civil_text.h"
#include "server/wire/error_status.h"
#include "server/wire/token_body.pb.h"

namespace muster::server {
namespace {

constexpr char kFormat = 1;  // of both sorts of token; another one is refused
constexpr size_t kSealBytes = 16;
constexpr size_t kMaxTokenBytes = 1u << 20;  // versions of 10,000 tags need a tenth of it
constexpr std::string_view kReceiptKey = "muster receipt";

// HMAC-SHA256 with one key. Set up once where it can be: OpenSSL looks its algorithms up by name for every
// one-shot HMAC, which takes twice as long as the sealing itself. Not shared between threads.
class Sealer {
 public:
  // Aborts when OpenSSL has no HMAC-SHA256, for then nothing can be sealed.
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

// Every answer has a receipt, so its key is set up once a thread.
const Sealer& ReceiptSealer() {
  thread_local const Sealer sealer(kReceiptKey);
  return sealer;
}

std::string Sealed(const Sealer& sealer, std::string_view body) {
  return absl::WebSafeBase64Escape(std::string(1, kFormat) + sealer.SealOf(body) + std::string(body));
}

// The body of a token, or nothing when `sealer` hasn't sealed it.
std::optional<std::string> Unsealed(const Sealer& sealer, std::string_view sealed) {
  std::string bytes;
  if (sealed.size() > kMaxTokenBytes || !absl::WebSafeBase64Unescape(std::string(sealed), &bytes))
    return std::nullopt;
  if (bytes.size() < 1 + kSealBytes || bytes[0] != kFormat) return std::nullopt;
  std::string body = bytes.substr(1 + kSealBytes);
  const std::string seal = sealer.SealOf(body);
  if (CRYPTO_memcmp(seal.data(), bytes.data() + 1, kSealBytes) != 0) return std::nullopt;
  return body;
}

void Encode(const index::VersionVector& versions, TokenVersions& into) {
  for (const auto& [tag, version] : versions) {
    into.add_ids(tag);
    into.add_numbers(version);
  }
}

std::optional<index::VersionVector> Decode(const TokenVersions& versions) {
  if (versions.ids_size() != versions.numbers_size()) return std::nullopt;
  index::VersionVector decoded;
  for (int i = 0; i < versions.ids_size(); ++i) decoded[versions.ids(i)] = versions.numbers(i);
  return decoded;
}

absl::Status NotOurs() {
  return FieldError(
      "page_token",
      "this is not a page token that this server gave out for this request: send the request as it was on "
      "the first page, or begin again without a page token",
      v1::ERROR_REASON_BAD_PAGE_TOKEN);
}

}  // namespace

std::string NewTokenKey() {
  std::string key(kTokenKeyBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1)
    std::abort();
  return key;
}

std::string PageTokens::Seal(const PageToken& token, std::string_view request_digest) const {
  PageTokenBody body;
  body.set_request_digest(std::string(request_digest));
  Encode(token.versions, *body.mutable_versions());
  body.set_today(index::DayNumber(token.today));
  body.set_next_position(token.next_position);
  body.set_last_name(token.last_name);
  body.set_total_count(token.total_count);
  return Sealed(Sealer(key_), body.SerializeAsString());
}

absl::StatusOr<PageToken> PageTokens::Open(std::string_view sealed, std::string_view request_digest) const {
  const std::optional<std::string> bytes = Unsealed(Sealer(key_), sealed);
  PageTokenBody body;
  if (!bytes.has_value() || !body.ParseFromString(*bytes)) return NotOurs();
  std::optional<index::VersionVector> versions = Decode(body.versions());
  if (!versions.has_value() || body.request_digest() != request_digest) return NotOurs();
  PageToken token;
  token.versions = *std::move(versions);
  token.today = index::DayOfNumber(body.today());
  token.next_position = body.next_position();
  token.last_name = body.last_name();
  token.total_count = body.total_count();
  return token;
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
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return std::string(reinterpret_cast<const char*>(digest.data()), kSealBytes);
}

std::string SealSnapshot(const SnapshotToken& token) {
  SnapshotTokenBody body;
  body.set_population(token.population);
  Encode(token.versions, *body.mutable_versions());
  body.set_today(index::DayNumber(token.today));
  return Sealed(ReceiptSealer(), body.SerializeAsString());
}

absl::StatusOr<SnapshotToken> OpenSnapshot(std::string_view sealed, std::string_view population) {
  const std::optional<std::string> bytes = Unsealed(ReceiptSealer(), sealed);
  SnapshotTokenBody body;
  std::optional<index::VersionVector> versions;
  if (bytes.has_value() && body.ParseFromString(*bytes)) versions = Decode(body.versions());
  if (!versions.has_value()) {
    return FieldError("snapshot",
                      "this is not the snapshot of a receipt, or it was damaged on the way: give it back "
                      "exactly as it came");
  }
  if (body.population() != population) {
    return FieldError("snapshot",
                      absl::StrCat("the receipt is of the population `", body.population(), "`, not of `",
                                   std::string(population), "`: ask that population"));
  }
  // A receipt is only sealed by a checksum: a day that no answer can have had must not reach date arithmetic.
  const absl::CivilDay today = index::DayOfNumber(body.today());
  if (today.year() < 1 || today.year() > 9999) {
    return FieldError("snapshot", "the receipt's date is out of range: give it back exactly as it came");
  }
  return SnapshotToken{body.population(), *std::move(versions), today};
}

}  // namespace muster::server
