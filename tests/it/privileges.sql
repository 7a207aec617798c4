-- Every single privilege of ROLE, as GRANT and REVOKE name it.
SELECT format('%s (%I) ON TABLE %s', x.privilege_type, a.attname, a.attrelid::regclass)
FROM pg_attribute a CROSS JOIN aclexplode(a.attacl) x
WHERE x.grantee = 'ROLE'::regrole
UNION ALL
SELECT format('%s ON %s %s', x.privilege_type,
              CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass)
FROM pg_class c CROSS JOIN aclexplode(c.relacl) x
WHERE x.grantee = 'ROLE'::regrole
UNION ALL
SELECT format('%s ON FUNCTION %s', x.privilege_type, p.oid::regprocedure)
FROM pg_proc p CROSS JOIN aclexplode(p.proacl) x
WHERE x.grantee = 'ROLE'::regrole
UNION ALL
SELECT format('%s ON SCHEMA %I', x.privilege_type, n.nspname)
FROM pg_namespace n CROSS JOIN aclexplode(n.nspacl) x
WHERE x.grantee = 'ROLE'::regrole
ORDER BY 1;
