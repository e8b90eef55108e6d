/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DistributionPoint, RFC 5280 4.2.1.13, and its name, which issuingDistributionPoint has too. */
#ifndef SMIME_PKI_DISTRIBUTION_POINT_H
#define SMIME_PKI_DISTRIBUTION_POINT_H

#include "asn1/der.h"

/* Bits of ReasonFlags; bit 0 is unused. */
#define SMIME__ALL_REASONS UINT32_C(0x1fe)

typedef struct smime__point_name {
    smime__view full;     /* content of GeneralNames; empty unless it is that */
    smime__view relative; /* content of a RelativeDistinguishedName; empty unless it is that */
} smime__point_name;

typedef struct smime__distribution_point {
    smime__point_name name;
    int has_name;
    uint32_t reasons; /* SMIME__ALL_REASONS when absent */
    smime__view crl_issuer; /* content of GeneralNames; empty when absent */
} smime__distribution_point;

/* @p content: what stands inside the [0] of a DistributionPointName field. */
int smime__point_name_read(smime__view content, smime__point_name *ret);
/* The next point of a CRLDistributionPoints; 0 when there is none that is well formed. */
int smime__distribution_point_take(smime__der *points, smime__distribution_point *ret);
/* 1 when the value of the extension is well formed. */
int smime__distribution_points_check(smime__view value);

#endif
