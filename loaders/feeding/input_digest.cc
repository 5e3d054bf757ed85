#include "loaders/feeding/input_digest.h"

#include <openssl/evp.h>

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "index/status/status_macros.h"
#include "loaders/files/byte_source.h"

namespace muster::loaders {
namespace {

constexpr size_t kBlockBytes = 1 << 20;

// A SHA-256 in the making. Not thread-safe.
class Digest {
 public:
  static absl::StatusOr<Digest> Begin() {
    Digest digest;
    if (EVP_DigestInit_ex(digest.context_.get(), EVP_sha256(), nullptr) != 1) {
      return absl::InternalError("OpenSSL offers no SHA-256");
    }
    return digest;
  }

  void Add(absl::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

  absl::Status AddFile(const InputPath& input) {
    ASSIGN_OR_RETURN(auto file, RawFile::Open(input));
    block_.resize(kBlockBytes);
    size_t got_bytes = 0;
    do {
      ASSIGN_OR_RETURN(got_bytes, file->Read(absl::MakeSpan(block_)));
      Add({block_.data(), got_bytes});
    } while (got_bytes == block_.size());
    return absl::OkStatus();
  }

  std::string End() {
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned int bytes = 0;
    EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), &bytes);
    digest.resize(bytes);
    return digest;
  }

 private:
  Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {}

  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
  std::vector<char> block_;
};

}  // namespace

absl::StatusOr<std::string> DigestOfFile(const std::string& path, const std::string& format) {
  ASSIGN_OR_RETURN(Digest digest, Digest::Begin());
  RETURN_IF_ERROR(digest.AddFile({path}));
  digest.Add(format);
  return digest.End();
}

absl::StatusOr<std::string> DigestOfParts(const std::vector<InputPart>& parts, const std::string& format) {
  ASSIGN_OR_RETURN(Digest digest, Digest::Begin());
  for (const InputPart& part : parts) {
    ASSIGN_OR_RETURN(const std::string bytes, DigestOfFile(part.input.path, ""));
    digest.Add(absl::StrCat(part.name.size(), " ", part.name, bytes));
  }
  digest.Add(format);
  return digest.End();
}

}  // namespace muster::loaders
