CREATE TABLE everything (
    flag bool NOT NULL, small int2 NOT NULL, whole int4 NOT NULL, big int8 NOT NULL,
    single float4 NOT NULL, double float8 NOT NULL, ref oid NOT NULL, id uuid NOT NULL,
    day date NOT NULL, hour time NOT NULL, moment timestamp NOT NULL, instant timestamptz NOT NULL,
    span interval NOT NULL, price money NOT NULL, txt text NOT NULL, vc varchar(10),
    ch char(3), nm name, bytes bytea,
    exact numeric(10, 2) NOT NULL, doc jsonb, text_doc json NOT NULL, docs jsonb[]
);
