// SPDX-License-Identifier: LGPL-2.1-or-later
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.spec.MGF1ParameterSpec;
import java.util.*;
import javax.activation.*;
import javax.crypto.spec.*;
import javax.mail.*;
import javax.mail.internet.*;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.*;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.mail.smime.*;
import org.bouncycastle.operator.*;
import org.bouncycastle.operator.jcajce.*;
import org.bouncycastle.util.Store;

/**
 * Bouncy Castle and JavaMail behind a line protocol, since a Java machine is slow to start. A
 * request is one line of words with tabs between them; files go by path. The answer is one line:
 * "ok", or "no REASON" when the message is not accepted, or "error REASON" when work failed.
 *
 *     sign IN OUT clear|opaque DIGEST VARIANT|- IDENTITY.p12...
 *     encrypt IN OUT CIPHER TRANSPORT VARIANT|- CERTIFICATE...
 *     verify IN OUT ROOT
 *     decrypt IN OUT IDENTITY.p12
 */
public class BouncyCastle {
    static final String BC = "BC";
    static final char[] PASSWORD = System.getProperty("password").toCharArray();

    record Identity(PrivateKey key, List<X509Certificate> chain) {
        X509Certificate certificate() {
            return chain.get(0);
        }

        static Identity read(String path) throws Exception {
            KeyStore store = KeyStore.getInstance("PKCS12", BC);
            try (InputStream in = new FileInputStream(path)) {
                store.load(in, PASSWORD);
            }
            for (String alias : Collections.list(store.aliases())) {
                if (!store.isKeyEntry(alias))
                    continue;
                List<X509Certificate> chain = new ArrayList<>();
                for (java.security.cert.Certificate entry : store.getCertificateChain(alias)) {
                    X509Certificate certificate = (X509Certificate) entry;
                    if (!certificate.getSubjectX500Principal().equals(
                            certificate.getIssuerX500Principal()))
                        chain.add(certificate);
                }
                return new Identity((PrivateKey) store.getKey(alias, PASSWORD), chain);
            }
            throw new KeyStoreException("no key in " + path);
        }
    }

    /** A message that is not accepted: an answer, not a failure. */
    static class Refused extends Exception {
        Refused(String why) {
            super(why);
        }
    }

    static X509Certificate certificate(String path) throws Exception {
        try (InputStream in = new FileInputStream(path)) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509", BC);
            return (X509Certificate) factory.generateCertificate(in);
        }
    }

    static byte[] keyIdentifier(X509Certificate certificate) throws Exception {
        return org.bouncycastle.asn1.x509.SubjectKeyIdentifier.fromExtensions(
            new JcaX509CertificateHolder(certificate).getExtensions()).getKeyIdentifier();
    }

    static MimeMessage message(String path) throws Exception {
        try (InputStream in = new FileInputStream(path)) {
            return new MimeMessage(Session.getInstance(new Properties()), in);
        }
    }

    static MimeBodyPart part(String path) throws Exception {
        try (InputStream in = new FileInputStream(path)) {
            return new MimeBodyPart(in);
        }
    }

    static void write(MimePart part, String path) throws Exception {
        try (OutputStream out = new FileOutputStream(path)) {
            part.writeTo(out);
        }
    }

    // Signing

    static SignerInfoGenerator signer(Identity identity, String digest, String variant)
            throws Exception {
        String kind = identity.key.getAlgorithm().equals("RSA") ? "RSA" : "ECDSA";
        String name = digest.toUpperCase().replace("-", "") + "with" + kind
            + (variant.equals("rsa-pss") ? "andMGF1" : "");
        ContentSigner signer =
            new JcaContentSignerBuilder(name).setProvider(BC).build(identity.key);
        JcaSignerInfoGeneratorBuilder builder = new JcaSignerInfoGeneratorBuilder(
            new JcaDigestCalculatorProviderBuilder().setProvider(BC).build());
        builder.setDirectSignature(variant.equals("no-attributes"));
        if (variant.equals("key-identifier"))
            return builder.build(signer, keyIdentifier(identity.certificate()));
        return builder.build(signer, identity.certificate());
    }

    static void sign(String in, String out, String form, String digest, String variant,
                     List<String> identities) throws Exception {
        SMIMESignedGenerator generator =
            new SMIMESignedGenerator(SMIMESignedGenerator.RFC5751_MICALGS);
        Set<X509Certificate> certificates = new LinkedHashSet<>();
        for (String path : identities) {
            Identity identity = Identity.read(path);
            generator.addSignerInfoGenerator(signer(identity, digest, variant));
            certificates.addAll(identity.chain);
        }
        generator.addCertificates(new JcaCertStore(certificates));
        if (form.equals("opaque")) {
            write(generator.generateEncapsulated(part(in)), out);
            return;
        }
        MimeBodyPart whole = new MimeBodyPart();
        MimeMultipart parts = generator.generate(part(in));
        whole.setContent(parts);
        whole.setHeader("Content-Type", parts.getContentType());
        write(whole, out);
    }

    // Encrypting

    static AsymmetricKeyWrapper oaep(X509Certificate certificate, String transport)
            throws Exception {
        String number = transport.equals("rsa-oaep") ? "256"
            : transport.substring("rsa-oaep-sha".length());
        String digest = "SHA-" + number;
        AlgorithmIdentifier algorithm = new JcaAlgorithmParametersConverter()
            .getAlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP,
                new OAEPParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest),
                    PSource.PSpecified.DEFAULT));
        return new JceAsymmetricKeyWrapper(algorithm, certificate.getPublicKey()).setProvider(BC);
    }

    static RecipientInfoGenerator keyTransport(X509Certificate certificate, String transport,
                                               boolean byKeyIdentifier) throws Exception {
        AsymmetricKeyWrapper wrapper = transport.startsWith("rsa-oaep")
            ? oaep(certificate, transport)
            : new JceAsymmetricKeyWrapper(certificate).setProvider(BC);
        return byKeyIdentifier
            ? new JceKeyTransRecipientInfoGenerator(keyIdentifier(certificate), wrapper)
            : new JceKeyTransRecipientInfoGenerator(certificate, wrapper);
    }

    static RecipientInfoGenerator keyAgreement(X509Certificate certificate, String cipher,
                                               boolean byKeyIdentifier) throws Exception {
        var curve = ((java.security.interfaces.ECPublicKey) certificate.getPublicKey()).getParams();
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC", BC);
        keys.initialize(curve);
        KeyPair ephemeral = keys.generateKeyPair();
        int bits = curve.getCurve().getField().getFieldSize();
        ASN1ObjectIdentifier agreement = bits <= 256 ? CMSAlgorithm.ECDH_SHA256KDF
            : bits <= 384 ? CMSAlgorithm.ECDH_SHA384KDF : CMSAlgorithm.ECDH_SHA512KDF;
        JceKeyAgreeRecipientInfoGenerator generator = new JceKeyAgreeRecipientInfoGenerator(
            agreement, ephemeral.getPrivate(), ephemeral.getPublic(),
            cipher.contains("128") ? CMSAlgorithm.AES128_WRAP : CMSAlgorithm.AES256_WRAP);
        generator.setProvider(BC);
        if (byKeyIdentifier)
            return generator.addRecipient(keyIdentifier(certificate), certificate.getPublicKey());
        return generator.addRecipient(certificate);
    }

    static final Map<String, ASN1ObjectIdentifier> CIPHERS = Map.of(
        "aes-128-cbc", CMSAlgorithm.AES128_CBC, "aes-256-cbc", CMSAlgorithm.AES256_CBC,
        "aes-128-gcm", CMSAlgorithm.AES128_GCM, "aes-256-gcm", CMSAlgorithm.AES256_GCM);

    static void encrypt(String in, String out, String cipher, String transport, String variant,
                        List<String> certificates) throws Exception {
        List<RecipientInfoGenerator> recipients = new ArrayList<>();
        boolean byKeyIdentifier = variant.equals("key-identifier");
        for (String path : certificates) {
            X509Certificate certificate = certificate(path);
            recipients.add(certificate.getPublicKey().getAlgorithm().equals("RSA")
                ? keyTransport(certificate, transport, byKeyIdentifier)
                : keyAgreement(certificate, cipher, byKeyIdentifier));
        }
        OutputEncryptor encryptor =
            new JceCMSContentEncryptorBuilder(CIPHERS.get(cipher)).setProvider(BC).build();
        if (cipher.endsWith("cbc")) {
            SMIMEEnvelopedGenerator generator = new SMIMEEnvelopedGenerator();
            recipients.forEach(generator::addRecipientInfoGenerator);
            write(generator.generate(part(in), encryptor), out);
            return;
        }
        // bcmail knows no AuthEnvelopedData yet, so its MIME is made here
        CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
        recipients.forEach(generator::addRecipientInfoGenerator);
        byte[] cms = generator.generate(
            new CMSProcessableByteArray(Files.readAllBytes(Path.of(in))),
            (OutputAEADEncryptor) encryptor).getEncoded();
        InternetHeaders headers = new InternetHeaders();
        headers.setHeader("Content-Type",
            "application/pkcs7-mime; name=\"smime.p7m\"; smime-type=authEnveloped-data");
        headers.setHeader("Content-Transfer-Encoding", "base64");
        write(new MimeBodyPart(headers, Base64.getMimeEncoder().encode(cms)), out);
    }

    // Verifying

    static X509Certificate judge(SignerInformation signer, Store<X509CertificateHolder> found,
                                 X509Certificate root) throws Exception {
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter().setProvider(BC);
        List<X509Certificate> all = new ArrayList<>();
        for (X509CertificateHolder holder : found.getMatches(null))
            all.add(converter.getCertificate(holder));
        @SuppressWarnings("unchecked")
        Collection<X509CertificateHolder> own = found.getMatches(signer.getSID());
        if (own.isEmpty())
            throw new Refused("the signer's certificate is not there");
        X509Certificate certificate = converter.getCertificate(own.iterator().next());
        boolean good;
        try {
            good = signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider(BC)
                .build(certificate));
        } catch (CMSException error) {
            throw new Refused(error.toString());
        }
        if (!good)
            throw new Refused("bad signature");
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(certificate);
        PKIXBuilderParameters parameters =
            new PKIXBuilderParameters(Set.of(new TrustAnchor(root, null)), target);
        parameters.setRevocationEnabled(false);
        parameters.addCertStore(CertStore.getInstance("Collection",
            new CollectionCertStoreParameters(all), BC));
        try {
            CertPathBuilder.getInstance("PKIX", BC).build(parameters);
        } catch (CertPathBuilderException error) {
            throw new Refused(error.toString());
        }
        return certificate;
    }

    static boolean isFor(X509Certificate certificate, String address) throws Exception {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names)
            if (name.get(0).equals(1) && address.equalsIgnoreCase((String) name.get(1)))
                return true;
        return false;
    }

    static void verify(String in, String out, String root) throws Exception {
        MimeMessage message = message(in);
        SMIMESigned signed = message.isMimeType("multipart/signed")
            ? new SMIMESigned((MimeMultipart) message.getContent()) : new SMIMESigned(message);
        Address[] from = message.getFrom();
        if (from == null || from.length != 1)
            throw new Refused("not one From");
        if (signed.getSignerInfos().size() == 0)
            throw new Refused("no signer");
        boolean sender = false;
        for (SignerInformation signer : signed.getSignerInfos())
            sender |= isFor(judge(signer, signed.getCertificates(), certificate(root)),
                ((InternetAddress) from[0]).getAddress());
        if (!sender)
            throw new Refused("no signer is the sender");
        write(signed.getContent(), out);
    }

    // Decrypting

    static void decrypt(String in, String out, String path) throws Exception {
        Identity identity = Identity.read(path);
        boolean rsa = identity.key.getAlgorithm().equals("RSA");
        byte[] cms = message(in).getInputStream().readAllBytes();
        boolean authenticated = ContentInfo.getInstance(cms).getContentType()
            .equals(CMSObjectIdentifiers.authEnvelopedData);
        RecipientInformationStore recipients = authenticated
            ? new CMSAuthEnvelopedData(cms).getRecipientInfos()
            : new SMIMEEnveloped(message(in)).getRecipientInfos();
        RecipientInformation own = recipients.get(rsa
            ? new JceKeyTransRecipientId(identity.certificate())
            : new JceKeyAgreeRecipientId(identity.certificate()));
        if (own == null && !rsa) // the one above looks for issuer and number only
            own = recipients.get(new KeyAgreeRecipientId(keyIdentifier(identity.certificate())));
        if (own == null)
            throw new Refused("not for this key");
        Recipient recipient = !rsa
            ? new JceKeyAgreeEnvelopedRecipient(identity.key).setProvider(BC)
            : authenticated
                ? new JceKeyTransAuthEnvelopedRecipient(identity.key).setProvider(BC)
                : new JceKeyTransEnvelopedRecipient(identity.key).setProvider(BC);
        try {
            Files.write(Path.of(out), own.getContent(recipient));
        } catch (CMSException error) {
            throw new Refused(error.toString());
        }
    }

    // The line protocol

    static void serve(String[] words) throws Exception {
        List<String> rest = List.of(words).subList(Math.min(6, words.length), words.length);
        switch (words[0]) {
        case "sign" -> sign(words[1], words[2], words[3], words[4], words[5], rest);
        case "encrypt" -> encrypt(words[1], words[2], words[3], words[4], words[5], rest);
        case "verify" -> verify(words[1], words[2], words[3]);
        case "decrypt" -> decrypt(words[1], words[2], words[3]);
        default -> throw new IllegalArgumentException(words[0]);
        }
    }

    /** JavaMail asks here who reads and writes a type. */
    static void registerHandlers() {
        MailcapCommandMap map = (MailcapCommandMap) CommandMap.getDefaultCommandMap();
        String handler = ";; x-java-content-handler=org.bouncycastle.mail.smime.handlers.";
        map.addMailcap("multipart/signed" + handler + "multipart_signed");
        map.addMailcap("application/pkcs7-signature" + handler + "pkcs7_signature");
        map.addMailcap("application/pkcs7-mime" + handler + "pkcs7_mime");
        CommandMap.setDefaultCommandMap(map);
    }

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        registerHandlers();
        BufferedReader in = new BufferedReader(
            new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String version = String.valueOf(Security.getProvider(BC).getVersionStr());
        System.out.println("ready " + version);
        for (String line; (line = in.readLine()) != null;) {
            String answer;
            try {
                serve(line.split("\t"));
                answer = "ok";
            } catch (Refused refusal) {
                answer = "no " + refusal.getMessage();
            } catch (Exception error) {
                StringWriter trace = new StringWriter();
                error.printStackTrace(new PrintWriter(trace));
                answer = "error " + trace;
            }
            System.out.println(answer.replaceAll("\\s+", " "));
        }
    }
}
