-- What somebody answered is theirs: no secretary, no committee reads it. They see it themselves through queries.quizzes.
CALL party_lock('taken', 'false');

-- A quiz was the document's; from now on it is the version's it was written for: the one that stood.
UPDATE party_question q SET version_id = (
  SELECT v.id FROM party_documentversion v WHERE v.document_id = q.document_id ORDER BY v.number DESC LIMIT 1);
