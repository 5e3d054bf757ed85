#include "loaders/feeding/input_digest.h"

#include <openssl/evp.h>

#include <memory>
#include <vector>

#include "index/status/status_macros.h"
#include "loaders/files/byte_source.h"

namespace muster::loaders {
namespace {

constexpr size_t kBlockBytes = 1 << 20;

}  // namespace

absl::StatusOr<std::string> DigestOfFile(const std::string& path, const std::string& format) {
  ASSIGN_OR_RETURN(auto file, RawFile::Open({path}));
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) {
    return absl::InternalError("OpenSSL offers no SHA-256");
  }
  std::vector<char> block(kBlockBytes);
  size_t got_bytes = 0;
  do {
    ASSIGN_OR_RETURN(got_bytes, file->Read(absl::MakeSpan(block)));
    EVP_DigestUpdate(context.get(), block.data(), got_bytes);
  } while (got_bytes == block.size());
  EVP_DigestUpdate(context.get(), format.data(), format.size());
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int bytes = 0;
  EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), &bytes);
  digest.resize(bytes);
  return digest;
}

}  // namespace muster::loaders
